/** Settles after so many milliseconds, unless the process ends before: nothing is kept up for it. */
export async function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
