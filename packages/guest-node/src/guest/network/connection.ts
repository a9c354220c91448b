import { MathMin, ReflectApply } from "../primordial.ts";
import { PairEnd } from "../streams/pair-end.ts";
import type { StreamState } from "../streams/stream-core.ts";
import { attachHostStream, type StreamHandle } from "../streams/stream-handle.ts";
import type { GuestNetwork } from "./guest-network.ts";
import type { OwnListener, SocketName } from "./own-listeners.ts";
import { explainFailure } from "./socket-failure.ts";

const UV_ECONNREFUSED = -111;
const UV_EBADF = -9;

/** What Node's library hands over with a connection that it wants. */
export interface ConnectRequest {
  oncomplete?: (status: number, handle: unknown, request: unknown, readable: boolean, writable: boolean) => void;
}

/** A connection that is being made for a handle. */
export interface Connecting {
  readonly handle: StreamHandle;
  readonly request: ConnectRequest;
  /** What `async_hooks` calls the request. */
  readonly provider: string;
}

/** Connects with a server of this guest: a pair of ends that nobody outside can see. */
export function connectInside(
  network: GuestNetwork,
  connecting: Connecting,
  listener: OwnListener,
  names: { readonly local?: SocketName | undefined; readonly remote?: SocketName | undefined },
): void {
  const { handle } = connecting;
  const { loop } = network.guest;
  const state = begin(network, connecting);
  loop.post(() => {
    if (state.closed) return;
    if (!listener.isListening()) {
      complete(network, connecting, state, UV_ECONNREFUSED, "");
      return;
    }
    const { near, far } = PairEnd.create(loop);
    network.core.attach(handle, near);
    // As over loopback: the server hears of it first, and the client in the same turn: each of them sends what it does at
    // once before it has read what the other does.
    listener.accept(far, names.remote, names.local);
    if (!state.closed) complete(network, connecting, state, 0, "");
  });
}

/** Connects by a system call that answers the number of a byte stream. */
export function connectOutside(
  network: GuestNetwork,
  connecting: Connecting,
  ask: (answered: (result: unknown, reason: string | undefined) => void) => void,
): void {
  const { handle } = connecting;
  const state = begin(network, connecting);
  ask((result, reason) => {
    const status = typeof result === "number" ? result : UV_EBADF;
    if (state.closed) {
      if (status > 0) network.guest.calls.request("stream.close", [status], ignore, { ref: false });
      return;
    }
    if (status >= 0) attachHostStream(network.core, handle, status);
    complete(network, connecting, state, MathMin(status, 0), reason ?? "");
  });
}

function begin(network: GuestNetwork, { handle, request, provider }: Connecting): StreamState {
  const state = network.core.stateOf(handle);
  network.guest.wraps.adopt(request, provider);
  network.core.hold(state, 1);
  return state;
}

function complete(
  network: GuestNetwork,
  { handle, request, provider }: Connecting,
  state: StreamState,
  status: number,
  reason: string,
): void {
  network.core.hold(state, -1);
  const wrap = network.guest.wraps.adopt(request, provider);
  const tell = (): void => {
    const { oncomplete } = request;
    if (typeof oncomplete === "function") ReflectApply(oncomplete, request, [status, handle, request, true, true]);
    if (reason !== "") explainFailure(network.guest, handle, reason);
  };
  network.guest.loop.makeCallback(wrap, tell, request);
  network.guest.wraps.release(wrap);
}

function ignore(): void {}
