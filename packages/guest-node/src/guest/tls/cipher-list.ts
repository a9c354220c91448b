import { ArrayPrototypePush, StringPrototypeSplit } from "../past-prototypes.ts";
import { ArrayPrototypeJoin, StringPrototypeStartsWith } from "../primordial.ts";

/** Of a list of ciphers those of TLS 1.3, or those of the versions before it: OpenSSL is told of them apart. */
export function ciphersOf(list: string, isNew: boolean): string {
  const chosen: string[] = [];
  const all = StringPrototypeSplit(list, ":");
  for (let index = 0; index < all.length; index++) {
    const cipher = all[index] as string;
    if (cipher === "") continue;
    const named = StringPrototypeStartsWith(cipher, "TLS_") || StringPrototypeStartsWith(cipher, "!TLS_");
    if (named === isNew) ArrayPrototypePush(chosen, cipher);
  }
  return ArrayPrototypeJoin(chosen, ":");
}
