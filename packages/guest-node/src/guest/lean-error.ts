/**
 * Stands in guests where the host has its coded errors: the table of their messages would take longer to make than much of a
 * bare guest. In a guest nobody reads them, and what throws them does so for what no host sends.
 */
export class VivariumError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Those of the host: none comes to a guest. */
export function isVivariumError(_value: unknown): _value is VivariumError {
  return false;
}
