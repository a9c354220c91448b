import type { ParameterKind, SystemCallName, SystemCallScalar } from "@vivarium/core";
import { systemCallTable } from "@vivarium/core";
import { CallFailure } from "./call-failure.ts";

/** Bytes of a path, its final NUL included, as on Linux. */
const PATH_MAX = 4096;
/** No string argument is longer than what a program's source may be. */
const STRING_MAX = 64 * 1024 * 1024;
/** What crosses to the host is decoded there in one piece: no longer than the largest value of a variable. */
const HOST_STRING_MAX = 1024 * 1024;

/** Checks the arguments of one call against the table. Throws a `CallFailure`: `EINVAL`, or what Linux says to a path. */
export function checkArguments(name: SystemCallName, args: readonly unknown[]): readonly SystemCallScalar[] {
  const { parameters, place } = systemCallTable[name];
  const kinds: readonly ParameterKind[] = parameters;
  const longest = place === "host" ? HOST_STRING_MAX : STRING_MAX;
  if (args.length !== kinds.length) throw new CallFailure("EINVAL");
  const checked: SystemCallScalar[] = [];
  for (let index = 0; index < kinds.length; index += 1) {
    checked.push(checkArgument(kinds[index], args[index], longest));
  }
  return checked;
}

function checkArgument(kind: ParameterKind | undefined, value: unknown, longest: number): SystemCallScalar {
  switch (kind) {
    case "path":
      return checkPath(value);
    case "string":
      if (typeof value !== "string" || value.length > longest) throw new CallFailure("EINVAL");
      return value;
    case "integer":
      if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new CallFailure("EINVAL");
      return value;
    case "number":
      if (typeof value !== "number" || !Number.isFinite(value)) throw new CallFailure("EINVAL");
      return value;
    case "boolean":
      if (typeof value !== "boolean") throw new CallFailure("EINVAL");
      return value;
    default:
      throw new CallFailure("EINVAL");
  }
}

/** A path as the kernel works with it: UTF-8 knows no lone surrogates, and a check must see the name that a driver gets. */
export function checkPath(value: unknown): string {
  if (typeof value !== "string") throw new CallFailure("EINVAL");
  if (value.length === 0) throw new CallFailure("ENOENT");
  if (value.length >= PATH_MAX || (value.length * 3 >= PATH_MAX && utf8Length(value) >= PATH_MAX)) {
    throw new CallFailure("ENAMETOOLONG");
  }
  if (value.includes("\0")) throw new CallFailure("EINVAL");
  return value.isWellFormed() ? value : value.toWellFormed();
}

/** Bytes of a string in UTF-8. */
function utf8Length(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
