import type { NativeHelper } from "../native/native-helper.ts";
import type { NodeTables } from "./node-tables.ts";
import { ObjectDefineProperty, ownStack } from "./past-prototypes.ts";
import {
  ArrayPrototypePop,
  ReflectApply,
  TypedArrayPrototypeGetLength,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "./primordial.ts";

export type Callback = (...args: never[]) => unknown;

/** What `internalBinding('async_wrap').setupHooks` hands over. */
export interface AsyncHooks {
  readonly init: (asyncId: number, type: string, triggerId: number, resource: object) => void;
  readonly before: (asyncId: number) => void;
  readonly after: (asyncId: number) => void;
  readonly destroy: (asyncId: number) => void;
}

/** The identity that Node's `AsyncWrap` gives to an object behind which something waits. */
export interface AsyncWrap {
  readonly resource: object;
  readonly provider: string;
  readonly asyncId: number;
  readonly triggerId: number;
  /** The `AsyncLocalStorage` state of whoever made it. */
  readonly frame: unknown;
}

/** The state that Node shares between `async_hooks` in JavaScript and its native side. */
export interface AsyncWraps {
  /** `async_hook_fields`, `async_id_fields`, … in the layout of `internal/async_hooks`. */
  readonly fields: Uint32Array;
  readonly ids: Float64Array;
  idsStack: Float64Array;
  readonly resources: unknown[];
  hooks: AsyncHooks | undefined;
  /** Makes an object an async resource, as the constructor of `AsyncWrap` does; answers the same wrap for the same object. */
  adopt(resource: object, provider: string): AsyncWrap;
  /** Gives an object that begins anew, for somebody else, another identity; `resource` stands for it from here on. */
  renew(object: object, before: AsyncWrap, resource: object): AsyncWrap;
  wrapOf(resource: object): AsyncWrap | undefined;
  /** Tells `destroy` hooks that the resource is gone. */
  release(wrap: AsyncWrap): void;
  pushContext(asyncId: number, triggerId: number, resource: unknown): void;
  popContext(asyncId: number): boolean;
  clear(): void;
  /** Runs a callback in the scope of a wrap: its async id, its context, its hooks. Throws what the callback throws. */
  run(wrap: AsyncWrap, callback: Callback, self: unknown, args: readonly unknown[]): unknown;
  /** Adds `getAsyncId` and `getProviderType` to the prototype of a class whose instances are adopted. */
  dress(prototype: object): void;
}

const INIT = 0;
const BEFORE = 1;
const AFTER = 2;
const DESTROY = 3;
const STACK_LENGTH = 7;
const EXECUTION_ID = 0;
const TRIGGER_ID = 1;
const COUNTER = 2;
const DEFAULT_TRIGGER_ID = 3;

export function createAsyncWraps(native: NativeHelper, tables: NodeTables): AsyncWraps {
  const fields = new Uint32Array(9);
  const ids = new Float64Array(4);
  fields[6] = 1; // kCheck
  ids[EXECUTION_ID] = 0;
  ids[COUNTER] = 1;
  ids[DEFAULT_TRIGGER_ID] = -1;
  const known = new WeakMap<object, AsyncWrap>();
  const resources = ownStack();

  const begin = (object: object, provider: string, resource: object): AsyncWrap => {
    const asyncId = (ids[COUNTER] ?? 0) + 1;
    ids[COUNTER] = asyncId;
    const fixed = ids[DEFAULT_TRIGGER_ID] ?? -1;
    const triggerId = fixed >= 0 ? fixed : (ids[EXECUTION_ID] ?? 0);
    const frame = native.extras.getContinuationPreservedEmbedderData();
    const wrap: AsyncWrap = { resource, provider, asyncId, triggerId, frame };
    WeakMapPrototypeSet(known, object, wrap);
    if (fields[INIT]) wraps.hooks?.init(asyncId, provider, triggerId, resource);
    return wrap;
  };
  const wraps: AsyncWraps = {
    fields,
    ids,
    idsStack: new Float64Array(32),
    resources,
    hooks: undefined,
    adopt(resource, provider) {
      const before = WeakMapPrototypeGet(known, resource);
      if (before !== undefined) return before;
      return begin(resource, provider, resource);
    },
    renew(object, before, resource) {
      wraps.release(before);
      return begin(object, before.provider, resource);
    },
    wrapOf(resource) {
      return WeakMapPrototypeGet(known, resource);
    },
    release(wrap) {
      if (fields[DESTROY]) wraps.hooks?.destroy(wrap.asyncId);
    },
    pushContext: (asyncId, triggerId, resource) => push(wraps, asyncId, triggerId, resource),
    popContext: () => pop(wraps),
    clear: () => clear(wraps),
    run(wrap, callback, self, args) {
      const { extras } = native;
      const previous = extras.getContinuationPreservedEmbedderData();
      extras.setContinuationPreservedEmbedderData(wrap.frame);
      wraps.pushContext(wrap.asyncId, wrap.triggerId, wrap.resource);
      if (fields[BEFORE]) wraps.hooks?.before(wrap.asyncId);
      // No `finally`: after a throw the fatal-exception handler unwinds the stack of ids itself, as in Node.
      let result: unknown;
      try {
        result = ReflectApply(callback, self, args);
      } finally {
        extras.setContinuationPreservedEmbedderData(previous);
      }
      if (fields[AFTER]) wraps.hooks?.after(wrap.asyncId);
      wraps.popContext(wrap.asyncId);
      return result;
    },
    dress(prototype) {
      define(prototype, "getAsyncId", function getAsyncId(this: object) {
        return WeakMapPrototypeGet(known, this)?.asyncId ?? -1;
      });
      define(prototype, "getProviderType", function getProviderType(this: object) {
        return tables.providers[WeakMapPrototypeGet(known, this)?.provider ?? "NONE"] ?? 0;
      });
    },
  };
  return wraps;
}

function push(wraps: AsyncWraps, asyncId: number, triggerId: number, resource: unknown): void {
  const { fields, ids, resources } = wraps;
  const depth = fields[STACK_LENGTH] ?? 0;
  resources[depth] = resource;
  if (depth * 2 >= TypedArrayPrototypeGetLength(wraps.idsStack)) wraps.idsStack = enlarged(wraps.idsStack);
  wraps.idsStack[depth * 2] = ids[EXECUTION_ID] ?? 0;
  wraps.idsStack[depth * 2 + 1] = ids[TRIGGER_ID] ?? 0;
  fields[STACK_LENGTH] = depth + 1;
  ids[EXECUTION_ID] = asyncId;
  ids[TRIGGER_ID] = triggerId;
}

function pop({ fields, ids, idsStack, resources }: AsyncWraps): boolean {
  const depth = (fields[STACK_LENGTH] ?? 0) - 1;
  if (depth < 0) return false;
  ids[EXECUTION_ID] = idsStack[2 * depth] ?? 0;
  ids[TRIGGER_ID] = idsStack[2 * depth + 1] ?? 0;
  ArrayPrototypePop(resources);
  fields[STACK_LENGTH] = depth;
  return depth > 0;
}

function clear({ fields, ids, resources }: AsyncWraps): void {
  ids[EXECUTION_ID] = 0;
  ids[TRIGGER_ID] = 0;
  fields[STACK_LENGTH] = 0;
  resources.length = 0;
}

function enlarged(stack: Float64Array): Float64Array {
  const length = TypedArrayPrototypeGetLength(stack);
  const larger = new Float64Array(length * 3);
  for (let index = 0; index < length; index++) larger[index] = stack[index] ?? 0;
  return larger;
}

function define(target: object, name: string, value: unknown): void {
  ObjectDefineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}
