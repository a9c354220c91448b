/** What a host's own process went through in a stretch of time. */
export interface HostFigures {
  /** Clock time of the whole stretch, in milliseconds. */
  readonly elapsedMs: number;
  /**
   * The most CPU time, in milliseconds, that this thread used between two turns of its event loop: what it was held up
   * for. A machine that stands still does not count.
   */
  readonly stallMs: number;
  /** The longest that two turns of the event loop lay apart on the clock, in milliseconds, whoever's fault that was. */
  readonly pauseMs: number;
  /** Memory that the process occupied at the beginning, in bytes. */
  readonly sizeBytes: number;
  /** By how many bytes the process was larger at its largest than at the beginning. */
  readonly growthBytes: number;
}

/** Watches this process until the function that it answers with is called. */
export function watchHost(): () => HostFigures {
  const began = performance.now();
  const sizeBefore = process.memoryUsage.rss();
  let stallMs = 0;
  let pauseMs = 0;
  let largest = sizeBefore;
  let turnBegan = began;
  let used = threadTime();
  const look = (): void => {
    const now = performance.now();
    const usedNow = threadTime();
    stallMs = Math.max(stallMs, usedNow - used);
    pauseMs = Math.max(pauseMs, now - turnBegan);
    largest = Math.max(largest, process.memoryUsage.rss());
    turnBegan = now;
    // Read anew: looking is no stall.
    used = threadTime();
  };
  const timer = setInterval(look, 1);
  return () => {
    look();
    clearInterval(timer);
    return { elapsedMs: turnBegan - began, stallMs, pauseMs, sizeBytes: sizeBefore, growthBytes: largest - sizeBefore };
  };
}

function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
