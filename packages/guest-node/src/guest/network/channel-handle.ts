import type { StreamRequest } from "../streams/stream-writes.ts";
import type { GuestNetwork } from "./guest-network.ts";
import { openChannel } from "./open-channel.ts";
import { SocketHandle } from "./socket-handle.ts";

const UV_EINVAL = -22;

/** The base of `Pipe`: it may be a channel of messages, over which another guest is given a handle with one. */
export abstract class ChannelHandle extends SocketHandle {
  readonly #network: GuestNetwork;
  readonly #isChannel: boolean;

  constructor(network: GuestNetwork, isChannel: boolean) {
    super(network, "PIPEWRAP");
    this.#network = network;
    this.#isChannel = isChannel;
  }

  /** The library opens the channel to the guest's parent by the number of a descriptor, as Node's has one. */
  override open(fd: number): number {
    const { core, guest } = this.#network;
    const { channel } = guest.config;
    if (!this.#isChannel || channel === undefined) return super.open(fd);
    openChannel(core, this, channel);
    return 0;
  }

  override writeUtf8String(request: StreamRequest, text: string, given?: object): number {
    const status = this.#give(given);
    return status < 0 ? status : super.writeUtf8String(request, text);
  }

  override writeBuffer(request: StreamRequest, bytes: ArrayBufferView, given?: object): number {
    const status = this.#give(given);
    return status < 0 ? status : super.writeBuffer(request, bytes);
  }

  #give(given: object | undefined): number {
    if (given === undefined || given === null) return 0;
    const { core, takeLate } = this.#network;
    const channel = this.#isChannel ? core.stateOf(this).end?.stream : undefined;
    return channel === undefined ? UV_EINVAL : takeLate("given-sockets").giveHandle(this.#network, channel, given);
  }
}
