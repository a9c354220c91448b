import { CallFailure } from "../system-calls/call-failure.ts";
import { chainOf } from "./certificate-chain.ts";
import { type ClientHello, HelloReader } from "./client-hello.ts";
import { type CryptoFailure, CryptoRefusal, failureOf } from "./crypto-failure.ts";
import type { NativeObject } from "./native-crypto.ts";
import { type NativeEnd, type NativeStream, nativeTls } from "./native-tls.ts";

/** What a peer may send while an end waits for an answer of its program: nothing of it is read meanwhile. */
const MOST_HELD_BYTES = 1024 * 1024;

/** What has come of an operation: its result, and what the end has told meanwhile. */
export type TlsAnswer = readonly [result: unknown, told: readonly TlsEvent[]];

/**
 * The name of a listener of Node's library, and what it is given. Errors are as {@link failureOf} tells of them. Beside these:
 * `out`, bytes for the peer; `read`, bytes of the peer, or a negative errno; `written`, the status of what was to be written.
 */
export type TlsEvent = readonly [name: string, given: readonly unknown[]];

type Callable = (this: object, ...operands: readonly unknown[]) => unknown;

/** What Node says of a peer without a certificate; there is none before the first handshake. */
const UNVERIFIED: CryptoFailure = {
  kind: "Error",
  message: "unable to get issuer certificate",
  properties: { code: "UNABLE_TO_GET_ISSUER_CERT" },
};

/** Listeners whose operands are data. */
const told = ["onkeylog", "onocspresponse"] as const;

/** Once both have agreed only: before, and while they agree anew, some of it ends the process of Node's binding. */
const ofAgreed: ReadonlySet<string> = new Set([
  "getPeerCertificate",
  "getPeerX509Certificate",
  "getCipher",
  "getEphemeralKeyInfo",
  "getSharedSigalgs",
  "getTLSTicket",
  "getFinished",
  "getPeerFinished",
  "isSessionReused",
  "exportKeyingMaterial",
  "renegotiate",
]);

/** Before the handshake begins only: Node's binding ends its process for it later. */
const ofClientsBefore: ReadonlySet<string> = new Set(["setServername", "start"]);

/**
 * One end of a connection of TLS whose bytes go through its guest: Node's own, over a stream that is two lists. Nothing of it
 * lives beyond the operations on it: no handle, no timer.
 */
export class TlsEnd {
  readonly [name: string]: unknown;
  readonly #end: NativeEnd;
  readonly #stream: NativeStream;
  readonly #isServer: boolean;
  readonly #unfinished: object[] = [];
  #told: TlsEvent[] = [];
  #shutdown: object | undefined;
  /** Reads what a client says first, where its program chooses a protocol by that. */
  #hello: HelloReader | undefined;
  /** What the program has been asked about, and has yet to answer. */
  #asked: ClientHello | undefined;
  #hasStarted = false;
  #hasAgreed = false;
  /** What was wrong with the peer's certificate when the last handshake was over; `null`: nothing. */
  #verified: CryptoFailure | null = UNVERIFIED;
  #isWriting = false;
  #isShut = false;
  #isDestroyed = false;
  /** What the program has been asked for: nothing of the peer is read until it answers. */
  readonly #awaited: Set<"certificate" | "resumption" | "session"> = new Set();
  /** What of the peer waits until the program has answered. */
  #heldBytes = 0;
  /** What is being written, of which the peer may hear only when both have agreed. */
  #writingBytes = 0;

  constructor(context: NativeObject, isServer: boolean) {
    const native = nativeTls();
    this.#isServer = isServer;
    this.#stream = native.createStream();
    this.#stream.onwrite = (request, pieces) => {
      for (const piece of pieces) this.#told.push(["out", [piece]]);
      this.#unfinished.push(request);
      return 0;
    };
    this.#stream.onshutdown = (request) => {
      this.#shutdown = request;
      return 0;
    };
    this.#stream.onreadstart = () => 0;
    this.#stream.onreadstop = () => 0;
    this.#end = native.wrap(this.#stream, context, isServer);
    this.#listen(native.lastRead);
  }

  /** What it keeps of what it was given, in bytes. */
  get heldBytes(): number {
    return this.#heldBytes + this.#writingBytes + (this.#hello?.bytes ?? 0);
  }

  /** Does what the tables of operations allow. @throws {CallFailure}, and what Node's binding throws */
  run(name: string, operands: readonly unknown[]): TlsAnswer {
    if (this.#isDestroyed) throw new CallFailure("EBADF");
    const result = this.#do(name, operands);
    this.#settle();
    const answer: TlsAnswer = [result, this.#told];
    this.#told = [];
    return answer;
  }

  /** Idempotent. */
  [Symbol.dispose](): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#end.destroySSL();
    this.#settle();
  }

  #do(name: string, operands: readonly unknown[]): unknown {
    if (ofClientsBefore.has(name) && (this.#isServer || this.#hasStarted)) throw new CallFailure("EINVAL");
    if (ofAgreed.has(name) && !this.#hasAgreed) return undefined;
    switch (name) {
      case "start":
        this.#hasStarted = true;
        return this.#call(name, operands);
      case "receiveBytes":
        return this.#receive(operands[0] as Uint8Array);
      case "writeBytes":
        return this.#write(operands[0] as Uint8Array);
      case "shutDown":
        return this.#shutDown();
      case "certCbDone":
        return this.#chooseCertificate(operands[0]);
      case "newSessionDone":
        this.#awaited.delete("session");
        return this.#call(name, []);
      case "endParser":
        this.#awaited.delete("resumption");
        return this.#call(name, []);
      case "enableALPNCb":
        this.#hello ??= new HelloReader();
        return this.#call(name, []);
      case "chooseProtocol":
        return this.#chooseProtocol(operands[0]);
      case "getServername":
        return this.#asked?.servername ?? this.#call(name, []);
      case "getPeerCertificate":
        return chainOf(this.#call(name, operands));
      case "verifyError":
        return this.#verified;
      default:
        return this.#call(name, operands);
    }
  }

  #call(name: string, operands: readonly unknown[]): unknown {
    return (this.#end[name] as Callable).call(this.#end, ...operands);
  }

  #receive(bytes: Uint8Array): void {
    const awaitsProgram = this.#awaited.size > 0 || this.#asked !== undefined;
    this.#heldBytes = awaitsProgram ? this.#heldBytes + bytes.byteLength : 0;
    if (this.#heldBytes > MOST_HELD_BYTES) {
      throw new CryptoRefusal("Error", "ERR_OUT_OF_RANGE", "A peer has sent too much that waits for this program");
    }
    const hello = this.#hello;
    if (hello === undefined) {
      this.#stream.readBuffer(bytes);
      return;
    }
    const read = hello.read(bytes);
    if (read === undefined) return;
    if (read.protocols === undefined) this.#readHello(hello);
    else if (this.#asked === undefined) {
      this.#asked = read;
      this.#told.push(["ALPNCallback", [read.protocols]]);
    }
  }

  /** What the program wants is known before Node's end reads the question: it asks for the answer at once. */
  #chooseProtocol(at: unknown): void {
    const hello = this.#hello;
    if (hello === undefined || this.#asked === undefined) throw new CallFailure("EINVAL");
    this.#asked = undefined;
    this.#end["ALPNCallback"] = () => at;
    this.#readHello(hello);
  }

  #readHello(hello: HelloReader): void {
    this.#hello = undefined;
    for (const piece of hello.pieces) this.#stream.readBuffer(piece);
  }

  /** One at a time, as Node's library writes: its binding ends its process for a second. */
  #write(bytes: Uint8Array): number {
    if (this.#isWriting) throw new CallFailure("EINVAL");
    const request = nativeTls().createWrite();
    this.#isWriting = true;
    this.#writingBytes = bytes.byteLength;
    request.oncomplete = (status) => {
      this.#isWriting = false;
      this.#writingBytes = 0;
      this.#told.push(["written", [status]]);
    };
    const status = this.#end.writeBuffer(request, bytes);
    if (status !== 0) {
      this.#isWriting = false;
      this.#writingBytes = 0;
    }
    return status;
  }

  #shutDown(): number {
    if (this.#isShut) return 0;
    this.#isShut = true;
    return this.#end.shutdown(nativeTls().createShutdown());
  }

  /** @param context undefined: the one that this end was made with. It has been checked to be one. */
  #chooseCertificate(context: unknown): unknown {
    if (!this.#awaited.delete("certificate")) throw new CallFailure("EINVAL");
    if (context !== undefined) this.#end["sni_context"] = context;
    return this.#call("certCbDone", []);
  }

  #listen(lastRead: () => number): void {
    const end = this.#end;
    for (const name of told) {
      end[name] = (...given: unknown[]) => {
        this.#told.push([name, given]);
      };
    }
    end["onhandshakestart"] = (now: unknown) => {
      this.#hasAgreed = false;
      this.#told.push(["onhandshakestart", [now]]);
    };
    end["onhandshakedone"] = () => {
      this.#hasAgreed = true;
      // While the next handshake goes on, this would end the process.
      const error = this.#call("verifyError", []);
      this.#verified = error instanceof Error ? failureOf(error) : null;
      this.#told.push(["onhandshakedone", []]);
    };
    end["onerror"] = (error: unknown) => this.#told.push(["onerror", [failureOf(error)]]);
    end["onclienthello"] = (hello: Readonly<Record<string, unknown>>) => {
      const { sessionId, servername, tlsTicket } = hello;
      this.#awaited.add("resumption");
      this.#told.push(["onclienthello", [{ sessionId, servername, tlsTicket }]]);
    };
    end["oncertcb"] = ({ servername, OCSPRequest }: Readonly<Record<string, unknown>>) => {
      this.#awaited.add("certificate");
      this.#told.push(["oncertcb", [{ servername, OCSPRequest }]]);
    };
    end["onnewsession"] = (id: unknown, session: unknown) => {
      if (this.#isServer) this.#awaited.add("session");
      this.#told.push(["onnewsession", [id, session]]);
    };
    end["onread"] = (buffer: ArrayBuffer | undefined) => {
      const read = lastRead();
      this.#told.push(["read", [buffer === undefined ? read : new Uint8Array(buffer, 0, read)]]);
    };
  }

  /** What was written is out; then Node's end goes on, and may write more. */
  #settle(): void {
    for (let next = this.#unfinished.shift(); next !== undefined; next = this.#unfinished.shift()) {
      this.#stream.finishWrite(next, 0);
    }
    const shutdown = this.#shutdown;
    this.#shutdown = undefined;
    if (shutdown !== undefined) this.#stream.finishShutdown(shutdown, 0);
  }
}
