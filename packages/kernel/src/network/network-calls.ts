import {
  type AddressData,
  isPromiseLike,
  type MaybePromise,
  type SocketAddress,
  type StreamAddresses,
} from "@vivarium/core";
import type { HostStreams } from "../streams/host-streams.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import type { GuestNetwork, ListeningPlace } from "./guest-network.ts";
import { HostListener } from "./host-listener.ts";

type NetworkCallName = Extract<keyof HostHandlers, `net.${string}` | `dns.${string}`>;

/**
 * Serves a guest's calls for the network. What a call makes is kept as soon as it is there: the guest may be gone by then,
 * and it is closed at once.
 */
export function createNetworkCalls(network: GuestNetwork, streams: HostStreams): Pick<HostHandlers, NetworkCallName> {
  const ends: WeakMap<object, StreamAddresses> = new WeakMap();
  const connect = async (address: string, port: number, secure: string): Promise<number> => {
    const within = network.connectWithin(address, port);
    const bytes = within?.bytes ?? (await streams.make(() => network.connect(address, port)));
    const number = streams.add(bytes, network.adapterName);
    const stream = streams.get(number);
    ends.set(stream, {
      local: within === undefined ? anywhere(address) : dataOf(within.local),
      remote: dataOf({ address, family: familyOf(address), port }),
    });
    if (secure === "") return number;
    const answer = await network.secure(stream, 0, secure);
    if (!("error" in answer)) return number;
    streams.close(number);
    throw new CallFailure("EPROTO", `${answer.error.code}: ${answer.error.message}`);
  };
  const listen = (place: ListeningPlace): MaybePromise<number> => {
    streams.assertRoom();
    const listener = network.listen(place);
    return isPromiseLike(listener) ? listener.then((open) => streams.keep(open)) : streams.keep(listener);
  };
  const connectPath = async (path: string): Promise<number> => {
    const bytes = await streams.make(() => network.connectPath(path));
    return streams.add(bytes, network.adapterName);
  };
  const accept = async (listener: HostListener): Promise<number> => {
    const { stream, remote } = await listener.accept();
    const number = streams.add(stream, network.adapterName);
    ends.set(streams.get(number), { local: dataOf(listener.local), remote: dataOf(remote) });
    return number;
  };
  return {
    *"net.lookup"(attempt, hostname, family, forConnect) {
      const addresses = yield* attempt.settle(network.lookup(hostname, family, forConnect));
      return addresses.join("\0");
    },
    *"net.connect"(attempt, address, port, secure) {
      return yield* attempt.settle(connect(address, port, secure));
    },
    *"net.secure"(attempt, stream, received, options) {
      return JSON.stringify(yield* attempt.settle(network.secure(streams.get(stream), received, options)));
    },
    *"net.connectPath"(attempt, path) {
      return yield* attempt.settle(connectPath(path));
    },
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"net.addresses"(_attempt, number) {
      const thing = streams.thing(number);
      const known = thing instanceof HostListener ? { local: dataOf(thing.local) } : ends.get(thing);
      return JSON.stringify(known ?? { local: anywhere("0.0.0.0") });
    },
    *"net.listen"(attempt, address, port, backlog, onlyV6) {
      const decision = yield* attempt.settle(network.mayListen(address, port));
      if (!decision.allow) throw new CallFailure("EACCES", decision.reason);
      return yield* attempt.settle(listen({ address, port, backlog, onlyV6 }));
    },
    *"net.accept"(attempt, number) {
      const listener = streams.find(number, HostListener);
      if (!attempt.mayWait && !listener.hasWaiting) throw new CallFailure("EAGAIN");
      return yield* attempt.settle(accept(listener));
    },
    *"dns.query"(attempt, type, name) {
      return JSON.stringify(yield* attempt.settle(network.query(type, name)));
    },
  };
}

const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);

function dataOf({ address, family, port }: SocketAddress): AddressData {
  return { address, family: family === 6 ? "IPv6" : "IPv4", port };
}

/** Of the host's end of a connection the guest is told nothing but its family. */
function anywhere(remote: string): AddressData {
  return familyOf(remote) === 6
    ? { address: "::", family: "IPv6", port: 0 }
    : { address: "0.0.0.0", family: "IPv4", port: 0 };
}
