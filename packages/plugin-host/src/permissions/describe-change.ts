import { isIP } from "node:net";
import { type HostPattern, readHostPattern } from "../manifest/host-pattern.ts";
import { quoted } from "../text/quoted.ts";
import type { PermissionChange } from "./permission-difference.ts";

/** Hosts and events are shown whole: the end of a name is what says whose it is. */
const WHOLE = 300;

/** What is asked for, as a part of a sentence of ours on one line; words of a plugin stand in quotes. */
export function describeChange(change: PermissionChange): string {
  switch (change.permission) {
    case "network":
      return `send requests to ${describeHost(change.pattern)}`;
    case "hooks":
      return `hear, and change before others do, ${describeEvent(change.pattern)}`;
    case "emits":
      return `send ${describeEvent(change.pattern)}`;
    case "services":
      return change.method === "*"
        ? `call every method of the service ${quoted(change.service)}`
        : `call the method ${quoted(change.method)} of the service ${quoted(change.service)}`;
    case "storage":
      return `keep data of its own, ${amount(change, "bytes")}`;
    case "memoryMb":
      return `use memory, ${amount(change, "MiB")}`;
    case "cpuTimeMs":
      return `compute in each call, ${amount(change, "ms")}`;
    case "wallTimeMs":
      return `take time for each call, ${amount(change, "ms")}`;
  }
}

interface Amounts {
  readonly before: number | undefined;
  readonly after: number | undefined;
}

function amount({ before, after }: Amounts, unit: string): string {
  if (after === undefined) return `which was at most ${sized(before, unit)}`;
  return `at most ${sized(after, unit)}${before === undefined ? "" : ` instead of ${sized(before, unit)}`}`;
}

/** Many digits are hard to tell from a few more. */
function sized(count: number | undefined, unit: string): string {
  const bytes = Number(count);
  const size = unit === "bytes" ? SIZES.find(([size]) => bytes >= size) : undefined;
  return size === undefined ? `${bytes} ${unit}` : `${bytes} bytes (${(bytes / size[0]).toFixed(1)} ${size[1]})`;
}

const SIZES: readonly (readonly [size: number, name: string])[] = [
  [2 ** 40, "TiB"],
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
  [2 ** 10, "KiB"],
];

function describeEvent(pattern: string): string {
  if (!pattern.endsWith(".*")) return `the event ${quoted(pattern, WHOLE)}`;
  return `EVERY event that begins with ${quoted(pattern.slice(0, -1), WHOLE)}`;
}

function describeHost(text: string): string {
  const pattern = readHostPattern(text);
  if (pattern === undefined) return `${quoted(text, WHOLE)}, which is no host`;
  return `${describeName(pattern)}${pattern.port === undefined ? "" : `, at port ${pattern.port} alone`}`;
}

function describeName({ isWild, name }: HostPattern): string {
  if (isWild) {
    if (name === "") return "ANY host there is";
    const ends = `EVERY host whose name ends in ${quoted(`.${name}`, WHOLE)}`;
    return name.includes(".") ? ends : `${ends}, which is a whole top-level domain`;
  }
  if (isIP(name) !== 0) return `the address ${quoted(name, WHOLE)}, which is no name`;
  const isForeign = name.split(".").some((label) => label.startsWith("xn--"));
  return `the host ${quoted(name, WHOLE)}${isForeign ? ", which is shown in other letters elsewhere" : ""}`;
}
