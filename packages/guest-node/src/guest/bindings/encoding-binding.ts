import type { Binding, Guest } from "../guest.ts";
import { RegExpPrototypeExec, StringPrototypeToLowerCase } from "../primordial.ts";

const PLAIN_ASCII = /^(?!.*xn--)[\x00-\x7f]*$/is;

/** Nothing of it would be converted; as a host it need not be valid, which is not asked here. */
const isPlainAscii = (domain: string): boolean => RegExpPrototypeExec(PLAIN_ASCII, domain) !== null;

export function encodingBinding(guest: Guest): Binding {
  const { encoding } = guest.native;
  const encodeIntoResults = new Uint32Array(2);
  return {
    __proto__: null,
    encodeIntoResults,
    encodeInto(text: string, target: Uint8Array) {
      encoding.encodeInto(text, target, encodeIntoResults);
    },
    encodeUtf8String: encoding.encodeUtf8String,
    decodeUTF8: encoding.decodeUTF8,
    decodeLatin1: encoding.decodeLatin1,
    toASCII: (domain: string) =>
      isPlainAscii(domain) ? StringPrototypeToLowerCase(domain) : guest.calls.sync("url.domainToASCII", domain),
    toUnicode: (domain: string) => guest.calls.sync("url.domainToUnicode", domain),
  };
}
