import type { NativeHttp2Session } from "../../native/native-http2.ts";
import type { AsyncWrap } from "../async-wraps.ts";
import { bytesOf } from "../bytes.ts";
import { TypedArrayPrototypeSlice } from "../past-prototypes.ts";
import {
  MapPrototypeDelete,
  MapPrototypeForEach,
  MapPrototypeGet,
  MapPrototypeSet,
  ReflectApply,
  TypedArrayPrototypeGetBuffer,
} from "../primordial.ts";
import type { StreamHandle } from "../streams/stream-handle.ts";
import type { CallbackName, Heard, Http2Host } from "./http2-host.ts";
import { type HeaderList, type Http2StreamHandle, http2StreamClass, type StreamBirth } from "./http2-stream.ts";
import type { Outgoing, OutgoingSession } from "./outgoing.ts";
import { Outstanding } from "./outstanding.ts";
import { SessionReader } from "./session-reader.ts";
import { SessionWriter, WANTS_TO_READ, WANTS_TO_WRITE } from "./session-writer.ts";
import { type CustomSettings, chosenSettings, customSettings, tellSettings, updateCustom } from "./settings-buffer.ts";

const EMPTY_PAYLOAD = 1;
const GET_TRAILERS = 2;
const SERVER = 0;
const FIELD_COUNT = 12;
const MAX_PINGS = 6;
const MAX_SETTINGS = 7;
const OPTION_FLAGS = 13;
const BY_DEFAULT_OUTSTANDING = 10;
const MOST_INVALID_FRAMES = 1000;
const MOST_REJECTED_STREAMS = 100;
const INVALID_FRAMES = 1;
const REJECTED_STREAMS = 2;

/** The base of `Http2Session`: nghttp2 between a stream of bytes and the library. */
export class Http2SessionHandle implements OutgoingSession {
  /** What the library and its binding tell each other: see `kSession…` of the binding. */
  readonly fields: Uint8Array = new Uint8Array(FIELD_COUNT);
  chunksSentSinceLastWrite = 0;
  readonly #host: Http2Host;
  readonly #native: NativeHttp2Session;
  readonly #wrap: AsyncWrap;
  readonly #bounds: Uint32Array;
  readonly #Stream: typeof Http2StreamHandle;
  readonly #streams: Map<number, Http2StreamHandle> = new Map();
  readonly #pings: Outstanding;
  readonly #settings: Outstanding;
  readonly #remoteCustom: CustomSettings;
  readonly #localCustom: CustomSettings = { ids: [], values: [] };
  readonly #writer: SessionWriter;
  readonly #reader: SessionReader;
  #isClosed = false;
  #isGraceful = false;
  /** Whether no code of the program's is on the stack: ticks are due after each callback then, as in Node. */
  #isOutermost = false;

  constructor(host: Http2Host, type: number, streamClass: typeof Http2StreamHandle = http2StreamClass(host)) {
    this.#host = host;
    this.#Stream = streamClass;
    this.#native = host.native.create(type === SERVER, host.optionsBuffer);
    this.#wrap = host.guest.wraps.adopt(this, "HTTP2SESSION");
    this.#bounds = new Uint32Array(TypedArrayPrototypeGetBuffer(this.fields) as ArrayBuffer);
    this.#bounds[INVALID_FRAMES] = MOST_INVALID_FRAMES;
    this.#bounds[REJECTED_STREAMS] = MOST_REJECTED_STREAMS;
    this.#pings = new Outstanding(host, "HTTP2PING", optionOf(host, MAX_PINGS));
    this.#settings = new Outstanding(host, "HTTP2SETTINGS", optionOf(host, MAX_SETTINGS));
    this.#remoteCustom = customSettings(host.settingsBuffer, false);
    this.#writer = new SessionWriter(host, this);
    this.#reader = new SessionReader(host, this);
  }

  get native(): NativeHttp2Session {
    return this.#native;
  }

  get writer(): SessionWriter {
    return this.#writer;
  }

  get reader(): SessionReader {
    return this.#reader;
  }

  get pings(): Outstanding {
    return this.#pings;
  }

  get sentSettings(): Outstanding {
    return this.#settings;
  }

  get remoteCustom(): CustomSettings {
    return this.#remoteCustom;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  getAsyncId(): number {
    return this.#wrap.asyncId;
  }

  getProviderType(): number {
    return this.#host.guest.tables.providers["HTTP2SESSION"] ?? 0;
  }

  /** Takes what is read from a handle from now on, and writes there. */
  consume(handle: StreamHandle): void {
    const { core } = this.#host;
    core.stateOf(handle);
    this.#writer.open(handle);
    core.listen(handle, (arrival) => {
      if (typeof arrival === "number") core.emit(handle, core.stateOf(handle), arrival, undefined);
      else this.asOutermost(() => this.#reader.take(arrival));
    });
    core.start(handle);
  }

  /** Bytes that were read before. */
  receive(bytes: Uint8Array): void {
    this.#reader.take(TypedArrayPrototypeSlice(bytes));
  }

  request(list: HeaderList, options: number): unknown {
    const isBare = (options & EMPTY_PAYLOAD) !== 0;
    const hasTrailers = (options & GET_TRAILERS) !== 0;
    const id = this.#host.native.submitRequest(this.#native, list[0], list[1], isBare, hasTrailers);
    this.schedule();
    return id <= 0 ? id : this.addStream({ id, options });
  }

  settings(callback: Heard): boolean {
    if (!this.#settings.hasRoom) return false;
    this.#settings.add(callback);
    updateCustom(this.#localCustom, customSettings(this.#host.settingsBuffer, true));
    this.#host.native.submitSettings(this.#native, chosenSettings(this.#host.settingsBuffer));
    this.schedule();
    return true;
  }

  ping(payload: ArrayBufferView | undefined, callback: Heard): boolean {
    const bytes = payload === undefined ? new Uint8Array(8) : TypedArrayPrototypeSlice(bytesOf(payload));
    if (!this.#pings.hasRoom) {
      this.#pings.refuse(callback, this.#call);
      return false;
    }
    this.#pings.add(callback);
    this.#host.native.submitPing(this.#native, bytes);
    this.schedule();
    return true;
  }

  goaway(code: number, lastStream: number, data: Uint8Array | undefined): void {
    this.#host.native.submitGoaway(this.#native, code >>> 0, lastStream | 0, data);
    this.schedule();
  }

  altsvc(id: number, origin: string, field: string): void {
    this.#host.native.submitAltsvc(this.#native, id, origin, field);
    this.schedule();
  }

  origin(text: string, count: number): void {
    this.#host.native.submitOrigin(this.#native, text, count);
    this.schedule();
  }

  hasPendingData(): boolean {
    let isWaiting = this.#writer.isWriting || (this.#host.native.wants(this.#native) & WANTS_TO_WRITE) !== 0;
    MapPrototypeForEach(this.#streams, (stream) => {
      isWaiting ||= stream.outgoing.hasWaiting;
    });
    // Who hears that something is left asks again when it is not.
    this.#isGraceful ||= isWaiting;
    return isWaiting;
  }

  setNextStreamID(id: number): boolean {
    return this.#host.native.setNextStreamId(this.#native, id);
  }

  setLocalWindowSize(size: number): number {
    const status = this.#host.native.setLocalWindowSize(this.#native, size);
    this.schedule();
    return status;
  }

  updateChunksSent(): number {
    this.chunksSentSinceLastWrite = this.#writer.chunksSent;
    return this.chunksSentSinceLastWrite;
  }

  refreshState(): void {
    this.#host.native.refreshSession(this.#native, this.#host.sessionState);
  }

  localSettings(): void {
    this.#tellSettings(false, this.#localCustom);
  }

  remoteSettings(): void {
    this.#tellSettings(true, this.#remoteCustom);
  }

  setGracefulClose(): void {
    this.#isGraceful = true;
  }

  /** Says goodbye if the connection still stands; `ondone` tells when that is over. */
  destroy(code: number, isSocketClosed: boolean): void {
    if (this.#isClosed) return;
    this.#writer.stopReading();
    if (!isSocketClosed) {
      this.#host.native.terminate(this.#native, code >>> 0);
      this.#writer.send();
    }
    this.#isClosed = true;
    this.#writer.end(isSocketClosed);
    this.#host.guest.loop.post(() => this.#cancelQuestions());
  }

  /** Puts a stream to those of this session. */
  addStream(birth: StreamBirth): Http2StreamHandle {
    const stream = new this.#Stream(this.#host, this, birth);
    MapPrototypeSet(this.#streams, birth.id, stream);
    return stream;
  }

  find(id: number): Http2StreamHandle | undefined {
    return MapPrototypeGet(this.#streams, id);
  }

  removeStream(stream: Http2StreamHandle): void {
    const id = stream.id();
    if (this.find(id) !== stream) return;
    MapPrototypeDelete(this.#streams, id);
    // What nghttp2 is to send may still need it.
    this.#host.guest.loop.post(() => {
      this.#host.native.forget(this.#native, id);
      this.schedule();
    });
  }

  reset(stream: Http2StreamHandle, code: number): void {
    if (this.#reader.isBusy && stream.waitsToReset(code)) {
      this.#reader.afterwards(() => this.#flushReset(stream, code));
      return;
    }
    // nghttp2 would have the reset overtake what is ready.
    this.#writer.afterwards(() => this.#flushReset(stream, code));
  }

  schedule(): void {
    this.#writer.schedule();
  }

  touch(outgoing: Outgoing): void {
    this.#writer.touch(outgoing);
  }

  /** Runs what comes from the event loop. */
  asOutermost(run: () => void): void {
    const before = this.#isOutermost;
    this.#isOutermost = true;
    run();
    this.#isOutermost = before;
  }

  /** Calls one of the library's functions. */
  tell(name: CallbackName, self: object, args: readonly unknown[]): unknown {
    const heard = this.#host.callbacks[name];
    let answer: unknown;
    if (heard === undefined) return answer;
    const wrap = self === this ? this.#wrap : this.#host.guest.wraps.adopt(self, "HTTP2STREAM");
    this.call(
      wrap,
      (...given: never[]) => {
        answer = ReflectApply(heard, self, given);
      },
      args,
    );
    return answer;
  }

  /** Runs what calls back by itself. */
  withTicks(run: () => void): void {
    const wasOutermost = this.#isOutermost;
    this.#isOutermost = false;
    run();
    this.#isOutermost = wasOutermost;
    if (wasOutermost) this.#host.guest.loop.tick();
  }

  call(wrap: AsyncWrap, heard: Heard, args: readonly unknown[]): void {
    this.withTicks(() =>
      this.#host.guest.loop.makeCallback(wrap, () => ReflectApply(heard as never, wrap.resource, args), wrap.resource),
    );
  }

  /** How many invalid frames and rejected streams are borne. */
  applyBounds(): void {
    this.#host.native.setBounds(this.#native, this.#bounds[INVALID_FRAMES] ?? 0, this.#bounds[REJECTED_STREAMS] ?? 0);
  }

  /** Tells when nothing is left to be said, if the library waits for that. */
  noticeEnd(): void {
    if (
      !this.#isGraceful ||
      this.#isClosed ||
      (this.#host.native.wants(this.#native) & (WANTS_TO_WRITE | WANTS_TO_READ)) !== 0
    )
      return;
    this.tellOwn("ongracefulclosecomplete");
  }

  tellOwn(name: "ondone" | "ongracefulclosecomplete"): void {
    const heard = (this as Partial<Record<typeof name, Heard>>)[name];
    if (typeof heard === "function") this.call(this.#wrap, heard, []);
  }

  #flushReset(stream: Http2StreamHandle, code: number): void {
    if (stream.isDestroyed) return;
    this.#host.native.submitReset(this.#native, stream.id(), code);
    this.schedule();
  }

  #cancelQuestions(): void {
    while (this.#pings.answer(false, undefined, this.#call));
    while (this.#settings.answer(false, undefined, this.#call));
  }

  readonly #call = (wrap: AsyncWrap, heard: Heard, args: readonly unknown[]): void => this.call(wrap, heard, args);

  #tellSettings(isRemote: boolean, custom: CustomSettings): void {
    const valueOf = (id: number): number => this.#host.native.setting(this.#native, isRemote, id);
    tellSettings(this.#host.settingsBuffer, valueOf, custom);
  }
}

function optionOf(host: Http2Host, index: number): number {
  const isSet = (((host.optionsBuffer[OPTION_FLAGS] ?? 0) >> index) & 1) !== 0;
  return isSet ? (host.optionsBuffer[index] ?? 0) : BY_DEFAULT_OUTSTANDING;
}
