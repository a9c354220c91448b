/** What the runner was asked for and cannot do: told in one line, without a stack. */
export class UsageError extends Error {}
