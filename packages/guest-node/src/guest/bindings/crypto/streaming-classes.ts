import { bytesOf } from "../../bytes.ts";
import type { Binding, Guest } from "../../guest.ts";
import { RegExpPrototypeExec, TypedArrayPrototypeGetByteLength } from "../../primordial.ts";
import type { CryptoLink } from "./crypto-link.ts";
import { defineMethods } from "./define-methods.ts";
import { inputBytes } from "./input-bytes.ts";
import { SmallDigests } from "./small-digests.ts";

type Data = string | ArrayBufferView | ArrayBuffer;

const GCM = /gcm$/i;
/** In bytes. */
const WHOLE_TAG = 16;

/** What is given its data piece by piece: digests, signatures, ciphers. */
export function streamingClasses(link: CryptoLink): Binding {
  const update = (object: object, data: Data, encoding?: string): boolean =>
    link.update(object, inputBytes(link.guest, data, encoding));

  const digests = new SmallDigests(link);

  class Hash {
    constructor(algorithm: string | object, length?: number) {
      digests.begin(this, algorithm, length);
    }

    update(data: Data, encoding?: string): boolean {
      return digests.update(this, inputBytes(link.guest, data, encoding));
    }

    digest(encoding?: string): unknown {
      return digests.digest(this, encoding);
    }
  }

  class Hmac {
    init(algorithm: string, key: unknown): void {
      link.make(this, "Hmac", [algorithm, key]);
    }

    update(data: Data, encoding?: string): boolean {
      return update(this, data, encoding);
    }
  }

  class Sign {
    init(algorithm: string): void {
      link.make(this, "Sign", [algorithm]);
    }

    update(data: Data, encoding?: string): void {
      update(this, data, encoding);
    }
  }

  class Verify {
    init(algorithm: string): void {
      link.make(this, "Verify", [algorithm]);
    }

    update(data: Data, encoding?: string): void {
      update(this, data, encoding);
    }
  }

  class CipherBase {
    readonly #mayHaveShortTag: boolean;

    constructor(encrypts: boolean, name: string, key: unknown, vector: unknown, tagLength: number) {
      link.make(this, "CipherBase", [encrypts, name, key, vector, tagLength]);
      this.#mayHaveShortTag = tagLength < 0 && RegExpPrototypeExec(GCM, name) !== null;
    }

    setAuthTag(tag: ArrayBufferView): unknown {
      const isTaken = link.call(this, "setAuthTag", [tag]);
      if (isTaken === true && this.#mayHaveShortTag && TypedArrayPrototypeGetByteLength(bytesOf(tag)) !== WHOLE_TAG)
        warnOfShortTag(link.guest);
      return isTaken;
    }

    update(data: Data, encoding?: string): unknown {
      return link.call(this, "update", [inputBytes(link.guest, data, encoding)]);
    }
  }

  defineMethods(link, Hmac.prototype, ["digest"]);
  defineMethods(link, Sign.prototype, ["sign"]);
  defineMethods(link, Verify.prototype, ["verify"]);
  defineMethods(link, CipherBase.prototype, ["final", "setAutoPadding", "getAuthTag", "setAAD"]);
  return { Hash, Hmac, Sign, Verify, CipherBase };
}

function warnOfShortTag(guest: Guest): void {
  const emitWarning = guest.process["emitWarning"] as (message: string, type: string, code: string) => void;
  emitWarning(
    "Using AES-GCM authentication tags of less than 128 bits without specifying the authTagLength option when " +
      "initializing decryption is deprecated.",
    "DeprecationWarning",
    "DEP0182",
  );
}
