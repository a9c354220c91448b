/** Why an extension, or the configuration of its host, cannot be used. */
export type ExtensionErrorCode =
  /** Its `package.json` cannot be read, or is not that of an extension. */
  | "ERR_EXTENSION_MANIFEST"
  /** It is one that has nothing to run in a sandbox: its half of the API is missing, or is none. */
  | "ERR_EXTENSION_TYPE"
  /** It does not ask for a sandbox: elsewhere it would run unsandboxed, here it does not run. */
  | "ERR_EXTENSION_UNSANDBOXED"
  /** Its code cannot be read, parsed, linked or evaluated, or registers what cannot be registered. */
  | "ERR_EXTENSION_LOAD"
  /** It has been unloaded, or the host has been disposed of. */
  | "ERR_EXTENSION_UNLOADED"
  /** It has crashed too often of late and rests. */
  | "ERR_EXTENSION_RESTING"
  /** An option of the host that it cannot have. */
  | "ERR_EXTENSION_OPTION";

/** What an {@link ExtensionError} says beside its message. */
export interface ExtensionErrorDetail {
  /** The extension's name, as far as it is known. */
  readonly extension?: string;
  /** Where in `package.json` or in the options the fault is: `directus:extension.sandbox.enabled`. */
  readonly field?: string;
  /** What to do about it. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** An error of this package, with a code; its message names the field and the remedy. */
export class ExtensionError extends Error {
  readonly code: ExtensionErrorCode;
  readonly extension: string | undefined;
  readonly field: string | undefined;
  readonly remedy: string | undefined;

  constructor(code: ExtensionErrorCode, message: string, detail: ExtensionErrorDetail = {}) {
    const { extension, field, remedy, cause } = detail;
    const text = [message, field === undefined ? "" : ` (${field})`, remedy === undefined ? "" : `: ${remedy}`].join(
      "",
    );
    super(text, cause === undefined ? undefined : { cause });
    this.name = "ExtensionError";
    this.code = code;
    this.extension = extension;
    this.field = field;
    this.remedy = remedy;
  }
}
