import { isIP } from "node:net";
import type { CheckedAddress, NetworkAdapter } from "vivarium";
import { readHostPattern } from "../../manifest/host-pattern.ts";
import { matchesHost } from "../../manifest/matches-host.ts";

/**
 * The host's network, as one plugin's requests go out: an adapter that refuses private addresses by itself, as the default
 * one does, lets through those that the manifest names (`10.1.0.7`), and loopback ones where it names `localhost`. That a
 * name leads to one, or that any host is granted, names none.
 *
 * @param allowPrivateAddresses whether the host lets all through
 */
export function grantedNetwork(
  network: NetworkAdapter,
  hosts: readonly string[],
  allowPrivateAddresses: boolean,
): NetworkAdapter {
  const named = hosts.filter((host) => readHostPattern(host)?.isWild === false);
  const isNamed = ({ hostname, port }: Target, address: CheckedAddress): boolean => {
    const literal = address.family === 6 ? `[${address.address}]` : address.address;
    if (allowPrivateAddresses || matchesHost(named, literal, port)) return true;
    return hostname === "localhost" && isLoopback(address) && matchesHost(named, hostname, port);
  };
  return {
    ...(network.name !== undefined && { name: network.name }),
    ...(network.lookup !== undefined && { lookup: (hostname) => network.lookup?.(hostname) ?? [] }),
    ...(network.fetch !== undefined && {
      fetch(request) {
        const target = targetOf(new URL(request.url));
        const addresses = request.addresses?.map((address) => ({ ...address, isNamed: isNamed(target, address) }));
        return (network.fetch as Required<NetworkAdapter>["fetch"])({ ...request, ...(addresses && { addresses }) });
      },
    }),
  };
}

/** Where a request goes. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
}

export function targetOf({ protocol, hostname, port }: URL): Target {
  return { hostname, port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
}

function isLoopback({ address }: CheckedAddress): boolean {
  return address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}
