import { toBufferOfBytes } from "../dns/address-bytes.ts";
import { DnsChannel, PENDING_QUESTIONS } from "../dns/channel.ts";
import { lookUp, lookUpService } from "../dns/lookup.ts";
import type { Binding } from "../guest.ts";
import type { GuestNetwork } from "../network/guest-network.ts";
import { formatIp, parseIp } from "../network/ip-address.ts";

/** Names and addresses: the host looks them up, within what the permissions name. */
export function caresWrapBinding(network: GuestNetwork): Binding {
  const { guest } = network;
  return {
    __proto__: null,
    ChannelWrap: class ChannelWrap extends DnsChannel {
      constructor(timeoutMs: number, tries: number, maxTimeoutMs: number) {
        super(network, timeoutMs, tries, maxTimeoutMs);
      }
    },
    GetAddrInfoReqWrap: class GetAddrInfoReqWrap {},
    GetNameInfoReqWrap: class GetNameInfoReqWrap {},
    QueryReqWrap: class QueryReqWrap {},
    getaddrinfo: lookUp(network),
    getnameinfo: lookUpService(network),
    canonicalizeIP(text: string): string | undefined {
      const bytes = parseIp(text);
      return bytes === undefined ? undefined : formatIp(bytes);
    },
    convertIpv6StringToBuffer: (text: string) => toBufferOfBytes(guest, text),
    // The one failure that the library asks the text of: see ChannelWrap.setServers.
    strerror: (code: number) => (code === PENDING_QUESTIONS ? "There are pending queries." : "unknown"),
  };
}
