import type { Guest } from "../../guest.ts";

const FD_MAX = 2 ** 31 - 1;
const ACCESS_MAX = 7;
const COPY_MAX = 7;

/** The checks that Node leaves to its native side; they throw at once, in the callback and promise forms too. */
export interface ArgumentChecks {
  /** A descriptor, or Node's own error for what is none. */
  fd(value: unknown): number;
  /** The mode of `access`. @default 0 */
  accessMode(value: unknown): number;
  /** The flags of `copyFile`. @default 0 */
  copyMode(value: unknown): number;
}

type ValidateFd = (fd: unknown) => number;

export function createArgumentChecks(guest: Guest): ArgumentChecks {
  const { errors } = guest;
  let validate: ValidateFd | undefined;
  const mode = (value: unknown, max: number): number => {
    if (value === undefined || value === null) return 0;
    if (typeof value !== "number") {
      throw errors.coded("TypeError", "ERR_INVALID_ARG_TYPE", "mode must be int32 or null/undefined");
    }
    if (value !== (value | 0) || value < 0 || value > max) {
      throw errors.coded("RangeError", "ERR_OUT_OF_RANGE", `mode is out of range: >= 0 && <= ${max}`);
    }
    return value;
  };
  return {
    fd(value) {
      if (typeof value === "number" && value >= 0 && value <= FD_MAX && value === (value | 0)) return value;
      // Only a wrong descriptor needs the library's words for it.
      validate ??= guest.library.require("internal/fs/utils")["getValidatedFd"] as ValidateFd;
      return validate(value);
    },
    accessMode: (value) => mode(value, ACCESS_MAX),
    copyMode: (value) => mode(value, COPY_MAX),
  };
}
