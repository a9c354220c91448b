import { BlockList, isIP } from "node:net";
import { type CheckedAddress, NetworkError, normalizeHost } from "@vivarium/core";
import { privateRanges } from "./address-ranges.table.ts";

export interface AddressGuardOptions {
  /** Ranges (CIDR) that may be reached although they are private. */
  readonly allowAddresses: readonly string[];
  /** Ports of loopback addresses that may be reached. */
  readonly loopbackExemptPorts: readonly number[];
}

/** Keeps guests from the inside of the host's network. */
export class AddressGuard {
  readonly #private: BlockList = listOf(privateRanges);
  readonly #loopback: BlockList = listOf(["127.0.0.0/8", "::1/128"]);
  readonly #allowed: BlockList;
  readonly #exemptPorts: ReadonlySet<number>;

  constructor({ allowAddresses, loopbackExemptPorts }: AddressGuardOptions) {
    this.#allowed = listOf(allowAddresses);
    this.#exemptPorts = new Set(loopbackExemptPorts);
  }

  /**
   * Those that may be connected to.
   * @throws NetworkError `EACCES` when there is none
   */
  reachable<Address extends CheckedAddress>(addresses: readonly Address[], port: number): readonly Address[] {
    const reachable = addresses.filter((address) => this.#isReachable(address, port));
    if (reachable.length > 0) return reachable;
    throw new NetworkError("EACCES", {
      syscall: "connect",
      reason: "the address is a private one, which the policy does not name",
    });
  }

  #isReachable({ address, isNamed }: CheckedAddress, port: number): boolean {
    // One spelling: an IPv4 address mapped into IPv6 is connected to as IPv4.
    const host = normalizeHost(address);
    if (host === undefined || isIP(host) === 0) return false;
    if (isNamed || !contains(this.#private, host) || contains(this.#allowed, host)) return true;
    return contains(this.#loopback, host) && this.#exemptPorts.has(port);
  }
}

function contains(list: BlockList, host: string): boolean {
  return list.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits = ""] = range.split("/");
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}

/** Whether a text is a range of addresses: `10.0.0.0/8`. */
export function isRange(text: string): boolean {
  const parts = /^([0-9A-Fa-f:.]+)\/(\d{1,3})$/.exec(text);
  const family = isIP(parts?.[1] ?? "");
  return family !== 0 && Number(parts?.[2]) <= (family === 6 ? 128 : 32);
}
