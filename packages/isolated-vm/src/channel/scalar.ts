import type { SystemCallResult, SystemCallScalar } from "@vivarium/core";
import { WireError } from "./protocol.ts";
import type { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

const UNDEFINED = 0;
const NUMBER = 1;
const STRING = 2;
const FALSE = 3;
const TRUE = 4;

/** Writes one argument or result of a system call: a tag, then the value. */
export function writeScalar(writer: WireWriter, value: SystemCallScalar): void {
  switch (typeof value) {
    case "undefined":
      writer.u8(UNDEFINED);
      return;
    case "number":
      writer.u8(NUMBER).f64(value);
      return;
    case "string":
      writer.u8(STRING).string(value);
      return;
    case "boolean":
      writer.u8(value ? TRUE : FALSE);
      return;
    default:
      value satisfies never;
      throw new WireError("A system call takes and gives scalars only");
  }
}

/** @param limit the longest string, in bytes; by default what the frame holds */
export function readScalar(reader: WireReader, limit?: number): SystemCallScalar {
  switch (reader.u8()) {
    case UNDEFINED:
      return undefined;
    case NUMBER:
      return reader.f64();
    case STRING:
      return reader.string(limit);
    case FALSE:
      return false;
    case TRUE:
      return true;
    default:
      throw new WireError("A scalar is of an unknown kind");
  }
}

/** A scalar that a system call may answer. */
export function readResult(reader: WireReader): SystemCallResult {
  const value = readScalar(reader);
  if (typeof value === "boolean") throw new WireError("A system call answers no boolean");
  return value;
}
