import type { Guest } from "../guest.ts";
import { parseIp } from "../network/ip-address.ts";

const V6_BYTES = 16;

/** The sixteen bytes of an IPv6 address, or `undefined`. */
export function toBufferOfBytes(guest: Guest, text: string): Uint8Array | undefined {
  const bytes = parseIp(text);
  if (bytes?.length !== V6_BYTES) return undefined;
  const buffer = new Uint8Array(V6_BYTES);
  for (let index = 0; index < V6_BYTES; index++) buffer[index] = bytes[index] as number;
  return guest.toBuffer(buffer);
}
