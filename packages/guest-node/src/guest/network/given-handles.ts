import { giveEnd, TakenEnd } from "../streams/given-end.ts";
import { HostEnd } from "../streams/host-end.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { BorrowedListener } from "./borrowed-listener.ts";
import { giveStream, takeStream } from "./given-streams.ts";
import type { GuestNetwork } from "./guest-network.ts";
import { SharedListener } from "./shared-listener.ts";
import { type Sharing, SocketHandle } from "./socket-handle.ts";

const UV_EBADF = -9;
const UV_EINVAL = -22;
const UV_ENOTSUP = -95;

/** Gives a handle to the guest at the other side of a channel. 0, or an errno. */
export function giveHandle({ core }: GuestNetwork, channel: number, handle: object): number {
  if (!SocketHandle.is(handle)) return UV_ENOTSUP;
  if (handle.isOver()) return UV_EBADF;
  if (handle.isServer()) return sharingOf(core, handle).lend(channel);
  const { wrap, end } = core.stateOf(handle);
  if (end === undefined) return UV_EINVAL;
  const stream = giveStream(core, channel, handle.noteOf(0));
  if (stream < 0) return stream;
  giveEnd(core, handle, new HostEnd(core.guest, stream, wrap.provider));
  return 0;
}

/** The handle that the other side of a channel has given first. */
export function takeHandle({ core, makers }: GuestNetwork, channel: number): object | undefined {
  const given = takeStream(core, channel);
  if (given === undefined) return undefined;
  const { stream, note } = given;
  const handle = makers[note.kind]?.(note);
  if (handle === undefined) core.guest.calls.sync("stream.close", stream);
  else if (note.listens) handle.borrow(new BorrowedListener(core, handle, stream, note.status));
  else core.attach(handle, new TakenEnd(core.guest, stream, core.stateOf(handle).wrap.provider));
  return handle;
}

function sharingOf(core: StreamCore, handle: SocketHandle): Sharing {
  if (handle.sharing !== undefined) return handle.sharing;
  const sharing = new SharedListener(core, handle);
  handle.share(sharing);
  return sharing;
}
