import type { Binding, Guest } from "../guest.ts";

/** A guest boots as if a snapshot of it were taken then; what a program would add to one is never written. */
export function mksnapshotBinding({ snapshot }: Guest): Binding {
  return {
    __proto__: null,
    setSerializeCallback(callback: () => void) {
      snapshot.onSerialize = callback;
    },
    setDeserializeCallback() {},
    setDeserializeMainFunction() {},
    isBuildingSnapshotBuffer: snapshot.building,
    anonymousMainPath: "__node_anonymous_main",
  };
}
