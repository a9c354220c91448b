import type { Binding, Guest } from "../guest.ts";

/** The slot that V8 carries across awaits: all that `AsyncLocalStorage` needs. */
export function asyncContextFrameBinding(guest: Guest): Binding {
  const { extras } = guest.native;
  return {
    __proto__: null,
    getContinuationPreservedEmbedderData: extras.getContinuationPreservedEmbedderData,
    setContinuationPreservedEmbedderData: extras.setContinuationPreservedEmbedderData,
  };
}
