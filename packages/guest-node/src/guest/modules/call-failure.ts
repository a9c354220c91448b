import type { SystemCallResult } from "@vivarium/core";
import { createHostError } from "./host-error.ts";

/** What the kernel itself may say to a call of the host. */
const names: Readonly<Record<number, string>> = {
  [-1]: "EPERM",
  [-2]: "ENOENT",
  [-11]: "EAGAIN",
  [-12]: "ENOMEM",
  [-22]: "EINVAL",
  [-27]: "EFBIG",
  [-125]: "ECANCELED",
};

/** The error of a call that the host has not served. */
export function callFailure(label: string, result: SystemCallResult, reason: string | undefined): Error {
  const code = (typeof result === "number" ? names[result] : undefined) ?? "EIO";
  const why = reason === undefined || reason === "" ? "the host has not served it" : reason;
  return createHostError({ name: "Error", code, message: `${code}: ${why}, call ${label}` });
}
