import { formatIp, unmapped } from "./ip-address.ts";

const V4_BYTES = 4;
const MAPPED_PREFIX: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

type Bytes = readonly number[];

/** What a list of addresses holds: an address, a range of them, or a net. */
export type AddressRule =
  | { readonly kind: "Address"; readonly address: Bytes }
  | { readonly kind: "Subnet"; readonly address: Bytes; readonly prefix: number }
  | { readonly kind: "Range"; readonly address: Bytes; readonly end: Bytes };

/** Whether a rule is of an address. IPv4 addresses and those of IPv6 that stand for them are the same. */
export function isOfRule(rule: AddressRule, given: Bytes): boolean {
  const address = inFamilyOf(rule.address, given);
  if (address === undefined) return false;
  if (rule.kind === "Address") return compareAddresses(rule.address, address) === 0;
  if (rule.kind === "Subnet") return isInSubnet(rule.address, rule.prefix, address);
  return compareAddresses(rule.address, address) <= 0 && compareAddresses(address, rule.end) <= 0;
}

export function isSameRule(one: AddressRule, other: AddressRule): boolean {
  return describeRule(one) === describeRule(other);
}

/** As the library shows it, and reads it back. */
export function describeRule(rule: AddressRule): string {
  const family = rule.address.length === V4_BYTES ? "IPv4" : "IPv6";
  const text = `${rule.kind}: ${family} ${formatIp(rule.address)}`;
  if (rule.kind === "Subnet") return `${text}/${rule.prefix}`;
  return rule.kind === "Range" ? `${text}-${formatIp(rule.end)}` : text;
}

/** Below 0 when the first comes first, of two addresses of one family. */
export function compareAddresses(one: Bytes, other: Bytes): number {
  for (let index = 0; index < one.length; index++) {
    const difference = (one[index] as number) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function inFamilyOf(rule: Bytes, given: Bytes): Bytes | undefined {
  if (rule.length === given.length) return given;
  if (rule.length === V4_BYTES) {
    const plain = unmapped(given);
    return plain.length === V4_BYTES ? plain : undefined;
  }
  const mapped: number[] = [];
  for (let index = 0; index < rule.length; index++) {
    mapped[index] = MAPPED_PREFIX[index] ?? (given[index - MAPPED_PREFIX.length] as number);
  }
  return mapped;
}

function isInSubnet(net: Bytes, prefix: number, address: Bytes): boolean {
  for (let index = 0, bits = prefix; index < net.length && bits > 0; index++, bits -= 8) {
    const mask = bits >= 8 ? 255 : (255 << (8 - bits)) & 255;
    if ((((net[index] as number) ^ (address[index] as number)) & mask) !== 0) return false;
  }
  return true;
}
