import { setOwn } from "../past-prototypes.ts";

/** Shown by those who may make objects that a program may not make by itself. */
export const OURS: unique symbol = Symbol("ours");

/** @throws `ERR_ILLEGAL_CONSTRUCTOR` for whoever does not show {@link OURS} */
export function onlyOurs(token: unknown): void {
  if (token === OURS) return;
  const error = new Error("Illegal constructor");
  setOwn(error, "code", "ERR_ILLEGAL_CONSTRUCTOR");
  throw error;
}
