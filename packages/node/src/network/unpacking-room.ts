import { NetworkError } from "@vivarium/core";

interface Waiting {
  readonly bytes: number;
  readonly enter: () => void;
}

/** Memory in which what servers send to one guest is unpacked: who finds it full waits until others are done. */
export class UnpackingRoom {
  readonly #most: number;
  #used = 0;
  #waiting: Waiting[] = [];

  /** @param most bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Settles when there is room for so many bytes; those who came first come first. What it answers gives them back, and is
   * idempotent.
   * @throws NetworkError `EMSGSIZE` where there never will be; what the signal fires with
   */
  async take(bytes: number, signal: AbortSignal): Promise<() => void> {
    if (bytes > this.#most)
      throw new NetworkError("EMSGSIZE", { reason: "the response takes too much memory to unpack" });
    if (this.#waiting.length > 0 || this.#used + bytes > this.#most) await this.#roomFor(bytes, signal);
    else this.#used += bytes;
    let isTaken = true;
    return () => {
      if (isTaken) this.#giveBack(bytes);
      isTaken = false;
    };
  }

  #roomFor(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = { bytes, enter: () => enter() };
      const leave = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal.reason);
        // It may have been in others' way.
        this.#letIn();
      };
      const enter = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiting);
      if (signal.aborted) leave();
    });
  }

  #giveBack(bytes: number): void {
    this.#used -= bytes;
    this.#letIn();
  }

  #letIn(): void {
    for (const next of [...this.#waiting]) {
      if (this.#used + next.bytes > this.#most) return;
      this.#waiting.shift();
      this.#used += next.bytes;
      next.enter();
    }
  }
}
