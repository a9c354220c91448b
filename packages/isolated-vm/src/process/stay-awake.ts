let until = 0;
let looking = false;

/**
 * Keeps the host's event loop from sleeping for a moment after it has answered a guest that waits: it goes on with
 * whatever else it has to do, and hears of the guest's next call sooner than a thread that has to be woken.
 */
export function stayAwake(forUs: number): void {
  until = Math.max(until, performance.now() + forUs / 1000);
  if (looking) return;
  looking = true;
  setImmediate(look);
}

function look(): void {
  if (performance.now() < until) setImmediate(look);
  else looking = false;
}
