import type { Binding } from "../guest.ts";

/** Loads, and fails by name when a session is made. */
export function http2Binding(): Binding {
  return {
    __proto__: null,
    setCallbackFunctions() {},
    optionsBuffer: new Uint32Array(14),
    settingsBuffer: new Uint32Array(29),
    sessionState: new Float64Array(9),
    streamState: new Float64Array(6),
    sessionStats: new Float64Array(9),
    streamStats: new Float64Array(6),
  };
}
