import type { Binding } from "../guest.ts";
import { CALLBACKS, type Heard, type Http2Host } from "../http2/http2-host.ts";
import { Http2SessionHandle } from "../http2/http2-session.ts";
import { http2StreamClass } from "../http2/http2-stream.ts";
import { chosenSettings, refreshDefaults } from "../http2/settings-buffer.ts";
import { dictionary } from "../past-prototypes.ts";
import type { StreamCore } from "../streams/stream-core.ts";

/** HTTP/2 under the library's own sessions and streams: nghttp2, as in Node. */
export function http2Binding(core: StreamCore): Binding {
  const { guest } = core;
  const { http2: native } = guest.native;
  const callbacks = dictionary<Heard>();
  const host: Http2Host = {
    guest,
    core,
    native,
    callbacks,
    optionsBuffer: new Uint32Array(14),
    settingsBuffer: new Uint32Array(29),
    sessionState: new Float64Array(9),
    streamState: new Float64Array(6),
    now: () => guest.calls.sync("clock.now") as number,
  };
  const shared: Binding = {
    __proto__: null,
    setCallbackFunctions(...heard: Heard[]) {
      for (let index = 0; index < CALLBACKS.length; index++) {
        const given = heard[index];
        if (typeof given === "function") callbacks[CALLBACKS[index] ?? ""] = given;
      }
    },
    optionsBuffer: host.optionsBuffer,
    settingsBuffer: host.settingsBuffer,
    sessionState: host.sessionState,
    streamState: host.streamState,
    sessionStats: new Float64Array(9),
    streamStats: new Float64Array(6),
    nghttp2ErrorString: (code: number) => native.errorText(code | 0),
    refreshDefaultSettings: () => refreshDefaults(host.settingsBuffer),
    packSettings() {
      const packed = native.packSettings(chosenSettings(host.settingsBuffer));
      return packed === undefined ? undefined : guest.toBuffer(packed);
    },
  };
  // An executable whose nghttp2 is another one has no sessions; the table of what is missing names them then.
  return native.isAvailable() ? { ...shared, ...sessionClasses(host) } : shared;
}

function sessionClasses(host: Http2Host): Binding {
  const Http2Stream = http2StreamClass(host);
  return {
    Http2Stream,
    Http2Session: class Http2Session extends Http2SessionHandle {
      constructor(type: number) {
        super(host, type, Http2Stream);
      }
    },
  };
}
