import type { Binding } from "../guest.ts";
import { ConnectionsList } from "../http/connections-list.ts";
import {
  HttpParser,
  ON_BODY,
  ON_EXECUTE,
  ON_HEADERS,
  ON_HEADERS_COMPLETE,
  ON_MESSAGE_BEGIN,
  ON_MESSAGE_COMPLETE,
  ON_TIMEOUT,
  type ParserHost,
  REQUEST,
  RESPONSE,
} from "../http/http-parser.ts";
import type { StreamCore } from "../streams/stream-core.ts";

/** HTTP/1.1, parsed by the same code as in Node. */
export function httpParserBinding(core: StreamCore): Binding {
  const { guest } = core;
  // It is not there in an executable whose llhttp is another one; the table of what is missing names it then.
  if (!guest.native.httpParser.isAvailable()) return { __proto__: null };
  const host: ParserHost = { guest, core, now: () => guest.calls.sync("clock.now") as number };
  class HTTPParser extends HttpParser {
    static readonly REQUEST = REQUEST;
    static readonly RESPONSE = RESPONSE;
    static readonly kOnMessageBegin = ON_MESSAGE_BEGIN;
    static readonly kOnHeaders = ON_HEADERS;
    static readonly kOnHeadersComplete = ON_HEADERS_COMPLETE;
    static readonly kOnBody = ON_BODY;
    static readonly kOnMessageComplete = ON_MESSAGE_COMPLETE;
    static readonly kOnExecute = ON_EXECUTE;
    static readonly kOnTimeout = ON_TIMEOUT;
    static readonly kLenientNone = 0;
    static readonly kLenientHeaders = 1;
    static readonly kLenientChunkedLength = 2;
    static readonly kLenientKeepAlive = 4;
    static readonly kLenientTransferEncoding = 8;
    static readonly kLenientVersion = 16;
    static readonly kLenientDataAfterClose = 32;
    static readonly kLenientOptionalLFAfterCR = 64;
    static readonly kLenientOptionalCRLFAfterChunk = 128;
    static readonly kLenientOptionalCRBeforeLF = 256;
    static readonly kLenientSpacesAfterChunkSize = 512;
    static readonly kLenientHeaderValueRelaxed = 1024;
    static readonly kLenientAll = 1023;

    constructor() {
      super(host);
    }
  }
  return {
    __proto__: null,
    HTTPParser,
    ConnectionsList: class extends ConnectionsList {
      constructor() {
        super(host.now);
      }
    },
  };
}
