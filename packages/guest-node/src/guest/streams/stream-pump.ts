import type { StreamCore } from "./stream-core.ts";
import { type Arrival, type Settled, type StreamEnd, UV_EOF } from "./stream-end.ts";

/** Where bytes come from: asked for one piece after the other. */
export interface PumpSource {
  next(deliver: (arrival: Arrival) => void): void;
}

/** What is read from an end that nobody else reads. */
export function endSource(end: StreamEnd): PumpSource {
  return { next: (deliver) => end.read(deliver) };
}

/** What is read from a handle that the library has, and which has perhaps been asked for already. */
export function handleSource(core: StreamCore, handle: object): PumpSource {
  return {
    next(deliver) {
      core.listen(handle, (arrival) => {
        core.stop(handle);
        core.listen(handle, () => undefined);
        deliver(arrival);
      });
      // The library stops reading when it has given the handle away, which it is about to do.
      core.guest.loop.post(() => core.start(handle));
    },
  };
}

/** Carries bytes from a source to an end, piece by piece, until there is no more or one of them fails; `onDone` is called once. */
export function pump(from: PumpSource, to: StreamEnd, onDone: (status: number) => void): void {
  const next = (): void => {
    from.next((arrival) => {
      if (typeof arrival === "number") {
        onDone(arrival);
        return;
      }
      const settled: Settled = (status) => {
        if (status < 0) onDone(status);
        else next();
      };
      const status = to.write(arrival, true, settled);
      if (status !== undefined) settled(status);
    });
  };
  next();
}

/** As {@link pump}, to an end that is to hear that there is no more. */
export function pumpAndShut(from: PumpSource, to: StreamEnd): void {
  pump(from, to, (status) => {
    if (status === UV_EOF) to.shutdown(() => undefined);
    else to.close();
  });
}
