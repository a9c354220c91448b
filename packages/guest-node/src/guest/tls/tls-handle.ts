import type { CryptoLink } from "../bindings/crypto/crypto-link.ts";
import { bytesOf } from "../bytes.ts";
import type { Guest } from "../guest.ts";
import type { GuestNetwork } from "../network/guest-network.ts";
import { TypedArrayPrototypeSlice, withoutPrototype } from "../past-prototypes.ts";
import { JSONStringify, ReflectApply } from "../primordial.ts";
import type { StreamHandle } from "../streams/stream-handle.ts";
import { OwnEnd } from "./own-end.ts";
import { SecureContextBase } from "./secure-context.ts";
import { SecureEnd } from "./secure-end.ts";
import { readSecureAnswer, secureError } from "./secure-session.ts";
import { TlsQuestions } from "./tls-questions.ts";
import { TlsSide } from "./tls-side.ts";

const UV_ENOTSUP = -95;

type Listener = (this: object, ...args: unknown[]) => unknown;

/** What TLS is made of. */
export interface TlsParts {
  readonly network: GuestNetwork;
  readonly link: CryptoLink;
}

/**
 * The base of `TLSWrap`: one end of a secure connection. For a client whose connection leaves the guest the host agrees with
 * the peer, and encrypts; for everybody else the kernel does, with the program's own keys.
 */
export abstract class TlsHandle extends TlsQuestions {
  readonly #network: GuestNetwork;
  readonly #link: CryptoLink;
  readonly #guest: Guest;
  readonly #parent: StreamHandle;
  readonly #context: SecureContextBase;
  readonly #side: TlsSide;
  readonly #end: SecureEnd | undefined;
  /** What came in plain before, in bytes. */
  readonly #received: number;
  #isHeld: boolean;
  #isOver = false;

  constructor(
    { network, link }: TlsParts,
    parent: StreamHandle,
    context: SecureContextBase,
    { isServer, isHeld }: { readonly isServer: boolean; readonly isHeld: boolean },
  ) {
    const side = new TlsSide();
    super(side, network.core);
    this.#side = side;
    this.#network = network;
    this.#link = link;
    this.#guest = network.guest;
    this.#parent = parent;
    this.#context = context;
    this.#isHeld = isHeld;
    const { bytesRead } = network.core.stateOf(parent);
    this.#received = bytesRead + (#received in parent ? parent.#received : 0);
    if (isServer) {
      side.own = this.#createOwn(true);
      network.core.attach(this, side.own);
    } else {
      // Of a connection that is yet to be made, the name is looked up on behalf of this handle.
      if (network.core.stateOf(parent).end === undefined) network.expectConnection(this.getAsyncId());
      this.#end = new SecureEnd(network.core, parent, () => this.start());
      network.core.attach(this, this.#end);
    }
    network.core.layOver(parent, this);
  }

  /** Agrees with the peer: `onhandshakedone` or `onerror` tells when that is over. */
  start(): void {
    this.#network.forgetConnection(this.getAsyncId());
    if (!this.#side.start()) return;
    const stream = this.#network.core.find(this.#parent)?.end?.stream;
    if (stream === undefined) this.#startOwn();
    else this.#startHosts(stream);
  }

  /** Goes on with the context that the program has chosen for the name, if it has. */
  certCbDone(): void {
    const { sni_context: chosen } = this as { readonly sni_context?: unknown };
    if (chosen === undefined) {
      this.#side.ask("certCbDone");
      return;
    }
    if (!SecureContextBase.is(chosen)) {
      this.#fail(new TypeError("Invalid SNI context"));
      return;
    }
    chosen.realize();
    this.#side.ask("certCbDone", [chosen]);
  }

  /** What was read before is not of TLS where the host has what follows: somebody may have slipped it in. */
  receive(bytes: Uint8Array): void {
    if (this.#isOver) return;
    const isHosts = this.#network.core.find(this.#parent)?.end?.stream !== undefined;
    if (this.#side.own === undefined && !isHosts) this.start();
    if (this.#side.own !== undefined) {
      this.#side.own.receive(TypedArrayPrototypeSlice(bytesOf(bytes)));
      return;
    }
    this.#isOver = true;
    const error = secureError("EPROTO", "something was received in plain after which TLS was to begin");
    this.#guest.loop.post(() => this.#fail(error));
  }

  writesIssuedByPrevListenerDone(): void {
    this.#isHeld = false;
    this.#side.own?.release();
  }

  destroySSL(): void {
    this.#isOver = true;
    this.#network.forgetConnection(this.getAsyncId());
    this.#end?.end();
    this.#side.own?.destroy();
  }

  #createOwn(isServer: boolean): OwnEnd {
    const handles = { parent: this.#parent, handle: this };
    const how = { isServer, isHeld: this.#isHeld };
    return new OwnEnd(this.#network.core, this.#link, handles, this.#context, how);
  }

  #startOwn(): void {
    const own = this.#createOwn(false);
    this.#side.own = own;
    this.#side.tellOwn(own);
    this.#end?.begin(own);
    own.run("start", []);
  }

  #startHosts(stream: number): void {
    let described: Readonly<Record<string, unknown>>;
    try {
      this.#side.tellHost();
      described = this.#context.describe();
    } catch (error) {
      this.#guest.loop.post(() => this.#fail(error as Error));
      return;
    }
    const { servername, alpn, rejects } = this.#side;
    const options = withoutPrototype({ ...described, servername, alpn, rejectUnauthorized: rejects });
    const answered = (result: unknown, reason: string | undefined): void => this.#answered(result, reason);
    const given = [stream, this.#received, JSONStringify(options) ?? "{}"] as const;
    this.#guest.calls.request("net.secure", given, answered, { resource: "TLSWRAP" });
  }

  #answered(result: unknown, reason: string | undefined): void {
    if (this.#isOver) return;
    if (typeof result !== "string") {
      const errno = typeof result === "number" ? result : UV_ENOTSUP;
      this.#fail(this.#guest.errors.uvException(errno, { syscall: "connect", reason }));
      return;
    }
    const session = readSecureAnswer(result);
    if (session.error !== undefined) {
      this.#fail(secureError(session.error.code, session.error.message));
      return;
    }
    this.#side.session = session;
    this.#tell("onhandshakedone");
    this.#end?.begin();
  }

  #fail(error: Error): void {
    // The error comes first: what waits is told that it was canceled, which says nothing.
    this.#tell("onerror", error);
    this.#end?.end();
  }

  #tell(name: "onhandshakedone" | "onerror", ...args: unknown[]): void {
    const tell = (): void => {
      const listener = (this as Partial<Record<typeof name, Listener>>)[name];
      if (typeof listener === "function") ReflectApply(listener, this, args);
    };
    this.#guest.loop.makeCallback(this.#guest.wraps.adopt(this, "TLSWRAP"), tell, this);
  }
}
