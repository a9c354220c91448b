/** A step of a flow: an operation, and its options, in which `{{ $last }}` is what the step before has answered. */
export interface Step {
  readonly operation: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Runs steps one after the other, as a flow of Directus does while all goes well. */
export async function runFlow(
  steps: readonly Step[],
  run: (operation: string, options: object) => Promise<unknown>,
): Promise<unknown> {
  let last: unknown;
  for (const { operation, options } of steps) {
    const filled = Object.entries(options).map(([name, text]) => [name, text.replaceAll("{{ $last }}", String(last))]);
    last = await run(operation, Object.fromEntries(filled));
  }
  return last;
}
