import { parseIp } from "../network/ip-address.ts";

const V4_BYTES = 4;
const HEX = "0123456789abcdef";

/** The name under which the DNS keeps what an address is called. */
export function reverseName(address: string): string | undefined {
  const bytes = parseIp(address);
  if (bytes === undefined) return undefined;
  let name = bytes.length === V4_BYTES ? "in-addr.arpa" : "ip6.arpa";
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    name = bytes.length === V4_BYTES ? `${byte}.${name}` : `${HEX[byte & 15]}.${HEX[byte >> 4]}.${name}`;
  }
  return name;
}
