import { createHash } from "node:crypto";
import type { SecureContext } from "node:tls";
import { type SecureOptions, secureContextOptions } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { readSecureOptions } from "./secure-options.ts";

/** Characters that the options of one connection may have: more than all certificates that Node trusts. */
const MOST_CHARACTERS = 512 * 1024;
/** Characters of all that differ, in one guest: certificates take a multiple of that while they are in use. */
const MOST_OF_GUEST = 4 * 1024 * 1024;

/** What a guest wants of TLS, for all of its connections that want the same. */
export interface SecureWish {
  readonly options: SecureOptions;
  /** Made when it is first needed. */
  context(create: (options: object) => SecureContext): SecureContext;
  /** A connection is over. Called once for each. */
  release(): void;
}

interface Entry {
  readonly options: SecureOptions;
  readonly size: number;
  context: SecureContext | undefined;
  users: number;
}

/** What one guest wants of TLS at a time: it may bring certificates, and they are kept once, as long as they are in use. */
export class SecureWishes {
  readonly #entries: Map<string, Entry> = new Map();
  #size = 0;

  /** @throws {CallFailure} `EINVAL`, `ENOTSUP`; `ENOBUFS` for too many that differ */
  take(text: string): SecureWish {
    if (text.length > MOST_CHARACTERS) throw new CallFailure("EINVAL", "the options of TLS are too long");
    const key = createHash("sha256").update(text).digest("base64");
    const entry = this.#entries.get(key) ?? this.#add(key, text);
    entry.users += 1;
    return {
      options: entry.options,
      context: (create) => {
        entry.context ??= create(secureContextOptions(entry.options));
        return entry.context;
      },
      release: () => this.#release(key, entry),
    };
  }

  #add(key: string, text: string): Entry {
    if (this.#size + text.length > MOST_OF_GUEST) throw new CallFailure("ENOBUFS", "too many certificates are in use");
    const entry: Entry = { options: readSecureOptions(text), size: text.length, context: undefined, users: 0 };
    this.#entries.set(key, entry);
    this.#size += text.length;
    return entry;
  }

  #release(key: string, entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0) return;
    this.#entries.delete(key);
    this.#size -= entry.size;
  }
}
