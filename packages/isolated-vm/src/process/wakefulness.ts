/** How long, in milliseconds, after the last answer. A guest that makes one call soon makes the next. */
const AWAKE_MS = 0.1;

let until = 0;
let looking = false;

/**
 * Keeps the host's event loop from sleeping for a moment after it has answered a guest that waits: it goes on with
 * whatever else it has to do, and hears of the guest's next call sooner than a thread that has to be woken.
 */
export function stayAwake(): void {
  until = performance.now() + AWAKE_MS;
  if (looking) return;
  looking = true;
  setImmediate(look);
}

function look(): void {
  if (performance.now() < until) setImmediate(look);
  else looking = false;
}
