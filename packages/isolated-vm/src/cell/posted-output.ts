import type { SystemCallScalar } from "@vivarium/core";
import type { CallAnswer, HostCallName, HostPort } from "@vivarium/kernel";
import type { OutputDescriptor } from "../channel/cell-message.ts";

/** Writes and bytes by which a guest may be ahead of whoever listens to its output. */
const MAX_WRITES = 64;
const MAX_BYTES = 16 * 1024;

/**
 * A port that does not wait for the host to have taken what a program prints: the host hears of it in order, before
 * whatever comes later. Now and then it does wait, so that a listener that takes its time slows the guest down.
 */
export class PostedOutput implements HostPort {
  readonly #port: HostPort;
  readonly #post: (descriptor: OutputDescriptor, data: Uint8Array) => void;
  /** The number of a closed descriptor may be given to a file, whose writes have results. */
  readonly #streams: Set<SystemCallScalar> = new Set([1, 2]);
  #writes = 0;
  #bytes = 0;

  constructor(port: HostPort, post: (descriptor: OutputDescriptor, data: Uint8Array) => void) {
    this.#port = port;
    this.#post = post;
  }

  call(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): CallAnswer {
    this.#noticeClosed(name, args);
    const stream = name === "fs.write" && this.#streams.has(args[0]) ? args[0] : undefined;
    if (stream !== 1 && stream !== 2) return this.#port.call(name, args, input);
    if (this.#isDue(input.length)) return this.#port.call(name, args, input);
    this.#post(stream, input);
    return { result: input.length };
  }

  request(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): CallAnswer | Promise<CallAnswer> {
    this.#noticeClosed(name, args);
    return this.#port.request(name, args, input);
  }

  #noticeClosed(name: HostCallName, [descriptor]: readonly SystemCallScalar[]): void {
    if (name === "fs.close") this.#streams.delete(descriptor);
  }

  /** Whether the host has to have taken all that was posted, and this, before the guest goes on. */
  #isDue(length: number): boolean {
    this.#writes += 1;
    this.#bytes += length;
    if (this.#writes < MAX_WRITES && this.#bytes < MAX_BYTES) return false;
    this.#writes = 0;
    this.#bytes = 0;
    return true;
  }
}
