import type { NetworkResponse } from "vivarium";

/** The first header of a response that has this name, in lower case. */
export function responseHeader({ headers }: NetworkResponse, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}
