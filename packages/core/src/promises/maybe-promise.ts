/** A value now, or a promise of it. Drivers in memory answer at once, which is what keeps a system call under ten microseconds. */
export type MaybePromise<T> = T | Promise<T>;

/** Whether a driver or a check answered with a promise (or any thenable, which is treated as one). */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { readonly then?: unknown }).then === "function"
  );
}
