import { PluginError } from "../errors/plugin-error.ts";

/** Values that the arguments of one call may have: items, members, keys and values, all levels together. */
const MOST_VALUES = 10_000;

/**
 * That arguments are not so many values that the host's thread, which serves all plugins, would be busy with them for long:
 * whatever checks, copies or reads them does something for each. Long texts and bytes count as one.
 *
 * @throws PluginError `ERR_PLUGIN_ARGUMENT`
 */
export function assertModest(args: readonly unknown[], plugin: string): void {
  if (hasAtMost(args, MOST_VALUES)) return;
  const message = `The arguments of a call are ${MOST_VALUES} values at most, all levels together`;
  throw new PluginError("ERR_PLUGIN_ARGUMENT", message, { plugin });
}

/** Whether data has no more values than this. What is there twice counts once: a copy keeps it one. */
export function hasAtMost(data: unknown, most: number): boolean {
  const seen = new Set<unknown>();
  const open: unknown[] = [data];
  let left = most;
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null || ArrayBuffer.isView(next) || seen.has(next)) continue;
    seen.add(next);
    for (const part of partsOf(next)) {
      left -= 1;
      if (left < 0) return false;
      open.push(part);
    }
  }
  return true;
}

/** One after the other: nobody reads on once there are too many. */
function* partsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) {
    for (const [key, held] of value) {
      yield key;
      yield held;
    }
  } else if (value instanceof Set || Array.isArray(value)) {
    yield* value;
  } else {
    for (const name in value) if (Object.hasOwn(value, name)) yield Reflect.get(value, name);
  }
}
