/** What a cell works on for one guest between two entries into it, and the CPU time that this takes. */
export class LocalWork {
  #cpuMs = 0;

  /** All that has been used, in milliseconds. */
  get cpuMs(): number {
    return this.#cpuMs;
  }

  /** Another thread has worked for it. */
  add(cpuMs: number): void {
    this.#cpuMs += cpuMs;
  }

  /** Does it here and now. */
  run<Result>(work: () => Result): Result {
    const before = threadCpuMs();
    try {
      return work();
    } finally {
      this.#cpuMs += threadCpuMs() - before;
    }
  }
}

/** What this thread has used, in milliseconds. */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
