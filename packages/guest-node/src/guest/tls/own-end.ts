import { type CryptoLink, errorOf, type Failure } from "../bindings/crypto/crypto-link.ts";
import type { Guest } from "../guest.ts";
import { createOwnQueue } from "../own-queue.ts";
import { setOwn, TypedArrayPrototypeSlice } from "../past-prototypes.ts";
import { ReflectApply, TypedArrayPrototypeGetLength } from "../primordial.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import {
  type Arrival,
  type Settled,
  type StreamEnd,
  UV_EBADF,
  UV_ECANCELED,
  UV_ENOTCONN,
} from "../streams/stream-end.ts";
import type { StreamHandle } from "../streams/stream-handle.ts";
import type { SecureContextBase } from "./secure-context.ts";

type Listener = (this: object, ...args: readonly unknown[]) => unknown;

/** What the kernel answers: see its `TlsAnswer`. */
type Answer = readonly [result: unknown, told: readonly TlsEvent[]];
type TlsEvent = readonly [name: string, given: readonly unknown[]];

interface Writing {
  readonly bytes: Uint8Array;
  readonly settled: Settled;
  isInCall: boolean;
  status: number | undefined;
}

/**
 * The plain side of a connection whose TLS is spoken for this guest, with its own keys: what the handle below brings goes to
 * the kernel, and what comes of it to the library, or back to the handle below. Nothing leaves the guest by that.
 */
export class OwnEnd implements StreamEnd {
  readonly fd = -1;
  readonly #core: StreamCore;
  readonly #guest: Guest;
  readonly #link: CryptoLink;
  readonly #parent: StreamHandle;
  readonly #handle: StreamHandle;
  readonly #arrived = createOwnQueue<Arrival>();
  readonly #told = createOwnQueue<TlsEvent>();
  readonly #waiting = createOwnQueue<Writing>();
  /** Bytes for the peer that wait for what a former owner of the handle below has yet to write. */
  readonly #kept = createOwnQueue<Uint8Array>();
  /** What goes on when everything is sent that has been handed to the handle below. */
  readonly #whenSent = createOwnQueue<() => void>();
  /** Of what was written without a byte before both had agreed. */
  readonly #whenAgreed = createOwnQueue<Settled>();
  #reader: ((arrival: Arrival) => void) | undefined;
  #writing: Writing | undefined;
  #unsent = 0;
  #isTelling = false;
  #isOver = false;
  #hasAgreed = false;
  #isHeld: boolean;

  /** @param isHeld whether a former owner of the handle below has yet to write */
  constructor(
    core: StreamCore,
    link: CryptoLink,
    handles: { readonly parent: StreamHandle; readonly handle: StreamHandle },
    context: SecureContextBase,
    { isServer, isHeld }: { readonly isServer: boolean; readonly isHeld: boolean },
  ) {
    this.#core = core;
    this.#guest = core.guest;
    this.#link = link;
    this.#parent = handles.parent;
    this.#handle = handles.handle;
    this.#isHeld = isHeld;
    context.realize();
    link.make(handles.handle, "TLSWrap", [context, isServer]);
    core.listen(handles.parent, (arrival) => this.#arrive(arrival));
  }

  /** Does something with this end. @throws what Node's binding throws */
  run(name: string, operands: readonly unknown[]): unknown {
    if (this.#isOver) return undefined;
    const { makeCertificate } = this.#link;
    const answer = this.#link.call(this.#handle, name, operands, makeCertificate) as Answer;
    const told = answer[1];
    for (let index = 0; index < told.length; index++) this.#told.put(told[index] as TlsEvent);
    this.#tellAll();
    return answer[0];
  }

  /** As {@link run}, for what came without being asked for: an error is the connection's. */
  runLater(name: string, operands: readonly unknown[]): void {
    try {
      this.run(name, operands);
    } catch (error) {
      this.#tell("onerror", [error]);
    }
  }

  /** Takes what came for this end before it was there. */
  receive(bytes: Uint8Array): void {
    this.runLater("receiveBytes", [bytes]);
    this.#handOver();
  }

  /** The former owner of the handle below has written everything. */
  release(): void {
    this.#isHeld = false;
    for (let next = this.#kept.take(); next !== undefined; next = this.#kept.take()) this.#send(next);
  }

  destroy(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reader = undefined;
    this.#link.release(this.#handle);
    const writing = this.#writing;
    this.#writing = undefined;
    writing?.settled(UV_ECANCELED);
    for (let next = this.#waiting.take(); next !== undefined; next = this.#waiting.take()) next.settled(UV_ECANCELED);
    for (let next = this.#whenAgreed.take(); next !== undefined; next = this.#whenAgreed.take()) next(UV_ECANCELED);
  }

  read(deliver: (arrival: Arrival) => void): void {
    this.#reader = deliver;
    if (this.#isOver) return;
    if (this.#arrived.length > 0) this.#guest.loop.post(() => this.#handOver(), false);
    else this.#core.start(this.#parent);
  }

  write(bytes: Uint8Array, _isOwn: boolean, settled: Settled): number | undefined {
    if (this.#isOver) return UV_EBADF;
    if (TypedArrayPrototypeGetLength(bytes) === 0) {
      // Whoever ends after it ends what both have agreed on.
      if (this.#hasAgreed) this.#guest.loop.post(() => settled(0));
      else this.#whenAgreed.put(settled);
      return undefined;
    }
    const writing: Writing = { bytes, settled, isInCall: true, status: undefined };
    if (this.#writing === undefined) return this.#encrypt(writing);
    this.#waiting.put(writing);
    return undefined;
  }

  shutdown(settled: Settled): number | undefined {
    if (this.#isOver) return UV_ENOTCONN;
    this.runLater("shutDown", []);
    this.#told.put(["end", [settled]]);
    this.#tellAll();
    return undefined;
  }

  close(): void {
    this.destroy();
    this.#parent.close();
  }

  #encrypt(writing: Writing): number | undefined {
    this.#writing = writing;
    writing.isInCall = true;
    let status: unknown;
    try {
      status = this.run("writeBytes", [writing.bytes]);
      if (this.#isTelling) this.#sendTold();
    } catch (error) {
      this.#writing = undefined;
      this.#guest.loop.post(() => this.#tell("onerror", [error]));
      status = UV_ECANCELED;
    }
    writing.isInCall = false;
    if (typeof status === "number" && status !== 0) {
      if (this.#writing === writing) this.#writing = undefined;
      return status;
    }
    if (writing.status === undefined) return undefined;
    if (this.#unsent === 0) return writing.status;
    this.#afterSent(() => writing.settled(writing.status ?? 0));
    return undefined;
  }

  #written(status: number): void {
    const writing = this.#writing;
    this.#writing = undefined;
    if (writing === undefined) return;
    writing.status = status;
    if (!writing.isInCall) this.#afterSent(() => writing.settled(status));
    const next = this.#waiting.take();
    if (next === undefined) return;
    const answered = this.#encrypt(next);
    if (answered !== undefined) next.settled(answered);
  }

  #afterSent(action: () => void): void {
    if (this.#unsent === 0 && this.#kept.length === 0) action();
    else this.#whenSent.put(action);
  }

  #send(bytes: Uint8Array): void {
    if (this.#isHeld) {
      this.#kept.put(bytes);
      return;
    }
    const { end, closed } = this.#core.stateOf(this.#parent);
    if (end === undefined || closed) return;
    this.#unsent++;
    const status = end.write(bytes, true, () => this.#sent());
    if (status !== undefined) this.#unsent--;
  }

  #endParent(settled: Settled): void {
    this.#afterSent(() => {
      const { end, closed } = this.#core.stateOf(this.#parent);
      const status = this.#isOver ? UV_ECANCELED : end === undefined || closed ? UV_ENOTCONN : end.shutdown(settled);
      if (status !== undefined) this.#guest.loop.post(() => settled(status));
    });
  }

  #sent(): void {
    this.#unsent--;
    while (this.#unsent === 0) {
      const next = this.#whenSent.take();
      if (next === undefined) return;
      next();
    }
  }

  #arrive(arrival: Arrival): void {
    if (this.#isOver) return;
    if (typeof arrival === "number") this.#arrived.put(arrival);
    else this.runLater("receiveBytes", [arrival]);
    this.#handOver();
    // Whoever wants more asks for it: until then nothing is read ahead.
    if (this.#reader === undefined || this.#isOver) this.#core.stop(this.#parent);
  }

  #handOver(): void {
    while (this.#reader !== undefined && !this.#isOver) {
      const next = this.#arrived.take();
      if (next === undefined) return;
      const reader = this.#reader;
      this.#reader = undefined;
      reader(next);
    }
  }

  #tellAll(): void {
    // What a listener causes comes after what is there to be told, and to be sent: a peer reads it in this order.
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let next = this.#told.take(); next !== undefined; next = this.#told.take()) this.#tellOne(next);
    } finally {
      this.#isTelling = false;
    }
  }

  /** What a listener has written is out before it goes on: it may close the handle below. */
  #sendTold(): void {
    for (let count = this.#told.length; count > 0; count--) {
      const event = this.#told.take() as TlsEvent;
      if (event[0] === "out") this.#send(event[1][0] as Uint8Array);
      else this.#told.put(event);
    }
  }

  #tellOne(event: TlsEvent): void {
    const name = event[0];
    const given = event[1];
    if (name === "written") this.#written(given[0] as number);
    else if (name === "end") this.#endParent(given[0] as Settled);
    else if (this.#isOver) return;
    else if (name === "out") this.#send(given[0] as Uint8Array);
    else if (name === "read") {
      const piece = given[0] as Uint8Array | number;
      // The library is given a buffer of its own, as a whole.
      this.#arrived.put(typeof piece === "number" ? piece : TypedArrayPrototypeSlice(piece));
      this.#handOver();
    } else if (name === "ALPNCallback") {
      const chosen = this.#tell(name, given);
      this.runLater("chooseProtocol", typeof chosen === "number" ? [chosen] : []);
    } else {
      if (name === "oncertcb") this.#nameOwner(given[0] as { readonly servername?: unknown });
      this.#tell(name, name === "onerror" ? [errorOf(given[0] as Failure)] : given);
      if (name === "onhandshakedone") this.#agreed();
    }
  }

  #agreed(): void {
    this.#hasAgreed = true;
    for (let next = this.#whenAgreed.take(); next !== undefined; next = this.#whenAgreed.take()) {
      const settled = next;
      this.#guest.loop.post(() => settled(0));
    }
  }

  /** As Node's native side does: whoever hears of a failed handshake is to know whom the client asked for. */
  #nameOwner({ servername }: { readonly servername?: unknown }): void {
    const symbol = this.#guest.symbols["owner_symbol"] as symbol;
    const owner = (this.#handle as object as Readonly<Record<symbol, object | undefined>>)[symbol];
    if (owner !== undefined && typeof servername === "string" && servername !== "") {
      setOwn(owner, "servername", servername);
    }
  }

  #tell(name: string, given: readonly unknown[]): unknown {
    const handle: object = this.#handle;
    let answer: unknown;
    const tell = (): void => {
      const listener = (handle as Readonly<Record<string, unknown>>)[name];
      if (typeof listener === "function") answer = ReflectApply(listener as Listener, handle, given);
    };
    this.#guest.loop.makeCallback(this.#core.stateOf(handle).wrap, tell, handle);
    return answer;
  }
}
