import { CallFailure } from "../system-calls/call-failure.ts";

/** Addresses of which a guest's lookups are remembered, and names of each: the oldest are forgotten. */
const MOST_ADDRESSES = 4_096;
const MOST_NAMES = 16;
/** Names that stand for an address of their own, until the run is over. */
const MOST_PLACEHOLDERS = 65_536;
/** 240.0.0.0/4 is reserved (RFC 1112, section 4): nothing can be reached there. */
const FIRST_PLACEHOLDER = 0xf000_0000;

/** What one guest knows of names and addresses. */
export class NameTable {
  readonly #names: Map<string, readonly string[]> = new Map();
  readonly #placeholders: Map<string, string> = new Map();
  readonly #hosts: Map<string, string> = new Map();

  /** The guest has been told that this name has these addresses. */
  learn(hostname: string, addresses: readonly string[]): void {
    for (const address of addresses) {
      const others = (this.#names.get(address) ?? []).filter((name) => name !== hostname);
      this.#names.delete(address);
      this.#names.set(address, [hostname, ...others].slice(0, MOST_NAMES));
    }
    for (const oldest of this.#names.keys()) {
      if (this.#names.size <= MOST_ADDRESSES) break;
      this.#names.delete(oldest);
    }
  }

  /** Names by which the guest has looked this address up, the latest first. */
  namesOf(address: string): readonly string[] {
    return this.#names.get(address) ?? [];
  }

  /**
   * An address that stands for a name in this guest alone: nothing is looked up for it.
   * @throws {CallFailure} `ENOBUFS` when there are too many
   */
  placeholderFor(hostname: string): string {
    const known = this.#placeholders.get(hostname);
    if (known !== undefined) return known;
    const count = this.#placeholders.size + 1;
    if (count > MOST_PLACEHOLDERS) throw new CallFailure("ENOBUFS", "too many names have been looked up");
    const number = FIRST_PLACEHOLDER + count;
    const address = [number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff].join(".");
    this.#placeholders.set(hostname, address);
    this.#hosts.set(address, hostname);
    return address;
  }

  /** The name that such an address stands for. */
  hostOf(placeholder: string): string | undefined {
    return this.#hosts.get(placeholder);
  }
}
