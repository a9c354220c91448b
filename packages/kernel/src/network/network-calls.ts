import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";

type NetworkCallName = Extract<keyof HostHandlers, `net.${string}` | `dns.${string}`>;

/** Serves a guest's calls for the network. */
export function createNetworkCalls(): Pick<HostHandlers, NetworkCallName> {
  return {
    "net.lookup": missing,
    "net.connect": missing,
    "net.secure": missing,
    "net.connectPath": missing,
    "net.addresses": missing,
    "net.listen": missing,
    "net.accept": missing,
    "dns.query": missing,
  };
}

function missing(): never {
  throw new CallFailure("ENOSYS");
}
