import type { Binding } from "../guest.ts";

/** Programs never run while a snapshot is being built. */
export function mksnapshotBinding(): Binding {
  return {
    __proto__: null,
    setSerializeCallback() {},
    setDeserializeCallback() {},
    setDeserializeMainFunction() {},
    isBuildingSnapshotBuffer: new Uint8Array(1),
    anonymousMainPath: "__node_anonymous_main",
  };
}
