import type { Binding, Guest } from "../../guest.ts";
import type { Messages } from "../../messaging/message.ts";
import { dictionary } from "../../past-prototypes.ts";
import { randomBytes } from "../random-bytes.ts";
import { certificates } from "./certificates.ts";
import type { CryptoLink } from "./crypto-link.ts";
import { exchangeClasses } from "./exchange-classes.ts";
import { inputBytes } from "./input-bytes.ts";
import { jobClasses } from "./jobs.ts";
import { createKeyClasses } from "./key-classes.ts";
import { createKeyHandles } from "./key-handles.ts";
import { streamingClasses } from "./streaming-classes.ts";

type Bytes = ArrayBufferView | ArrayBuffer;

/** Functions of the binding that are the kernel's as they are. */
const functions = [
  "getCiphers",
  "getSSLCiphers",
  "getHashes",
  "getCurves",
  "getOpenSSLSecLevelCrypto",
  "testFipsCrypto",
  "publicEncrypt",
  "publicDecrypt",
  "privateEncrypt",
  "privateDecrypt",
  "ECDHConvertKey",
] as const;

/** Cryptography: done by Node's own binding in the kernel, where keys and everything else that is secret stay. */
export function cryptoBinding(link: CryptoLink, messages: Messages): Binding {
  const { guest } = link;
  const handles = createKeyHandles(link);
  const { createCryptoKey, ...keyClasses } = createKeyClasses(guest, handles, messages);
  const binding: Binding = {
    __proto__: null,
    ...randomBytes(guest),
    ...streamingClasses(link),
    ...exchangeClasses(link),
    ...certificates(link, handles, (certificate) => messages.share(certificate)),
    ...jobClasses(link, handles, { createCryptoKey, ...keyClasses }),
    ...keyClasses,
    ...oneStep(link),
    KeyObjectHandle: handles.KeyObjectHandle,
    getCachedAliases: () => dictionary(),
    getFipsCrypto: () => 0,
    // OpenSSL has a provider for it where its host has been set up so, which is the host's affair.
    setFipsCrypto(isWanted: unknown) {
      if (!isWanted) return;
      throw guest.errors.coded("Error", "ERR_CRYPTO_FIPS_UNAVAILABLE", "Cannot set FIPS mode in a non-FIPS build.");
    },
    secureHeapUsed: () => undefined,
  };
  for (let index = 0; index < functions.length; index++) {
    const name = functions[index] as string;
    binding[name] = (...operands: unknown[]) => link.callFunction(name, operands);
  }
  return binding;
}

function oneStep(link: CryptoLink): Binding {
  const { guest } = link;
  return {
    getCipherInfo: (target: object, ...operands: unknown[]) =>
      link.fill(target, link.callFunction("getCipherInfo", operands)),
    /** Names of digests are numbered in the kernel. */
    oneShotDigest(
      algorithm: string,
      _number: number,
      _numbers: object,
      input: string | Bytes,
      encoding: string,
      encodingNumber: number | undefined,
      length: number | undefined,
    ): unknown {
      const bytes = inputBytes(guest, input);
      return link.callFunction("oneShotDigest", [algorithm, bytes, encoding, encodingNumber, length]);
    },
    timingSafeEqual(one: Bytes, other: Bytes): unknown {
      assertBytes(guest, one, "buf1");
      assertBytes(guest, other, "buf2");
      return link.callFunction("timingSafeEqual", [one, other]);
    },
  };
}

function assertBytes(guest: Guest, value: unknown, name: string): void {
  const { types } = guest.native;
  if (types.isArrayBufferView(value) || types.isAnyArrayBuffer(value)) return;
  const message = `The "${name}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`;
  throw guest.errors.coded("TypeError", "ERR_INVALID_ARG_TYPE", message);
}
