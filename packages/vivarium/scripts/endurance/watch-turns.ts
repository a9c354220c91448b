const BETWEEN_LOOKS_MS = 5;

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * Looks how long the event loop of this thread is held: timers come between its turns. In processor time, of which a turn
 * takes as much on a machine that has more to do.
 *
 * @returns ends that, and says how much the longest turn may have taken, in milliseconds
 */
export function watchTurns(): () => number {
  let longestMs = 0;
  let lastMs = cpuMs();
  const look = (): void => {
    const now = cpuMs();
    longestMs = Math.max(longestMs, now - lastMs);
    lastMs = now;
  };
  const timer = setInterval(look, BETWEEN_LOOKS_MS);
  return () => {
    clearInterval(timer);
    look();
    return longestMs;
  };
}
