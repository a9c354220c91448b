/** The components of a URL, in the order in which each depends on those before it. */
export const COMPONENTS = [
  "protocol",
  "username",
  "password",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
] as const;

export type ComponentName = (typeof COMPONENTS)[number];
