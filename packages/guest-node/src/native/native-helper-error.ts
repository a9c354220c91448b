/**
 * What can be wrong when the native helper is built. (A helper that is missing when a guest needs it is an error of core.)
 *
 * - `ERR_NATIVE_HEADERS_MISSING`: Node's C++ headers are not found beside this Node.
 * - `ERR_NATIVE_COMPILER_MISSING`: no C++ compiler is found.
 * - `ERR_NATIVE_BUILD_FAILED`: the compiler refused, or what it made does not load; the words are in the message.
 * - `ERR_NATIVE_DOWNLOAD_FAILED`: npm did not bring a package that the build needs, or was not to be asked.
 */
export type NativeHelperErrorCode =
  | "ERR_NATIVE_HEADERS_MISSING"
  | "ERR_NATIVE_COMPILER_MISSING"
  | "ERR_NATIVE_BUILD_FAILED"
  | "ERR_NATIVE_DOWNLOAD_FAILED";

/** A fault of the installation: nothing that a guest or the embedder's code did. */
export class NativeHelperError extends Error {
  readonly code: NativeHelperErrorCode;

  constructor(code: NativeHelperErrorCode, message: string) {
    super(message);
    this.name = "NativeHelperError";
    this.code = code;
  }
}
