/** What a service says of an error beside its message. */
export interface ServiceErrorOptions {
  /** For programs to tell it by: `E_NO_SUCH_ARTICLE`. @default "ERR_PLUGIN_SERVICE" */
  readonly code?: string;
  /** For the host's log alone. */
  readonly cause?: unknown;
}

/**
 * An error that is meant for plugins: they get its message and its code. Of any other that a service throws they get to know
 * that there was one; the host is told all of it.
 */
export class ServiceError extends Error {
  readonly code: string;

  constructor(message: string, { code = "ERR_PLUGIN_SERVICE", cause }: ServiceErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ServiceError";
    this.code = code;
  }
}
