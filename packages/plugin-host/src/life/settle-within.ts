import { PluginError } from "../errors/plugin-error.ts";

/** Within what something has to be done. */
export interface Bounds {
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Whom errors name. */
  readonly plugin: string;
  /** What errors say has not been done. @default "It" */
  readonly what?: string;
}

/**
 * What work comes to, unless its time is over first, or it is called off: whoever works may not heed the signal that it gets.
 *
 * @throws PluginError `ERR_PLUGIN_TIMEOUT`, `ERR_PLUGIN_ABORTED`; and what the work throws
 */
export async function settleWithin<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  { timeoutMs, signal, plugin, what = "It" }: Bounds,
): Promise<Value> {
  const stop = new AbortController();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const end = (error: PluginError): void => {
    stop.abort(error);
    reject(error);
  };
  const abort = (): void => end(new PluginError("ERR_PLUGIN_ABORTED", `${what} was called off`, { plugin }));
  const timer = setTimeout(
    () => end(new PluginError("ERR_PLUGIN_TIMEOUT", `${what} has taken longer than ${timeoutMs} ms`, { plugin })),
    timeoutMs,
  );
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    return await Promise.race([stopped, work(stop.signal)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
