import type { AsyncHooks } from "../async-wraps.ts";
import type { Binding, Guest } from "../guest.ts";
import { createOwnRegistry } from "../own-registry.ts";
import { ObjectDefineProperty } from "../past-prototypes.ts";

interface Destroyed {
  readonly asyncId: number;
  readonly state: { destroyed: boolean } | undefined;
}

type Hook = ((...args: never[]) => unknown) | undefined;

export function asyncWrapBinding(guest: Guest): Binding {
  const { wraps, native, tables } = guest;
  const destroyWhenDead = createOwnRegistry<Destroyed>(guest, ({ asyncId, state }) => {
    if (state?.destroyed !== true) wraps.hooks?.destroy(asyncId);
  });
  let promiseHooks: Hook[] = [undefined, undefined, undefined, undefined];
  const binding: Binding = {
    __proto__: null,
    async_hook_fields: wraps.fields,
    async_id_fields: wraps.ids,
    execution_async_resources: wraps.resources,
    Providers: tables.providers,
    constants: tables.bindings["async_wrap"]?.values["constants"],
    setupHooks(hooks: AsyncHooks) {
      wraps.hooks = hooks;
    },
    // The trampoline serves native callbacks; ours run the same hooks in `AsyncWraps.run`.
    setCallbackTrampoline() {},
    registerDestroyHook(resource: object, asyncId: number, state: { destroyed: boolean } | undefined) {
      destroyWhenDead(resource, { asyncId, state });
    },
    queueDestroyAsyncId(asyncId: number) {
      guest.loop.post(() => wraps.hooks?.destroy(asyncId), false);
    },
    pushAsyncContext(asyncId: number, triggerId: number, resource: unknown) {
      wraps.pushContext(asyncId, triggerId, resource ?? wraps.resources[wraps.fields[7] ?? 0]);
    },
    popAsyncContext: (asyncId: number) => wraps.popContext(asyncId),
    executionAsyncResource: (index: number) => wraps.resources[index],
    clearAsyncIdStack: () => wraps.clear(),
    setPromiseHooks(init: Hook, before: Hook, after: Hook, settled: Hook) {
      promiseHooks = [init, before, after, settled];
      native.microtasks.setPromiseHooks(init, before, after, settled);
    },
    getPromiseHooks: () => promiseHooks,
  };
  // The stack may be replaced by a larger one.
  ObjectDefineProperty(binding, "async_ids_stack", { get: () => wraps.idsStack, enumerable: true });
  return binding;
}
