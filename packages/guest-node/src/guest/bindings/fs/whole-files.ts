import { CURRENT_POSITION, type SystemCallResult } from "@vivarium/core";
import { bytesOf } from "../../bytes.ts";
import { entryPointText } from "../../entry-point.ts";
import type { Binding } from "../../guest.ts";
import { TypedArrayPrototypeSubarray } from "../../past-prototypes.ts";
import { TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetLength } from "../../primordial.ts";
import type { Operation } from "./file-requests.ts";
import type { FsParts } from "./fs-parts.ts";

const EISDIR = -21;
/** Whole files as UTF-8, in one call: what `readFileSync` and `writeFileSync` use for text. */
export function wholeFileOperations({ guest, requests, text }: FsParts): Binding {
  const { calls, native } = guest;
  const { record } = calls;
  const window = bytesOf(record);
  const windowBytes = TypedArrayPrototypeGetByteLength(window);
  const utf8Of = (length: SystemCallResult): string => {
    const count = length as number;
    if (count <= windowBytes) return native.buffer.utf8Slice(window, 0, count);
    return native.buffer.utf8Slice(calls.payload(count));
  };
  return {
    readFileUtf8: (target: unknown, flags: number) => {
      if (typeof target === "number") {
        return utf8Of(requests.check(calls.sync("fs.readRest", target), { syscall: "read" }));
      }
      const path = text.path(target);
      const own = entryPointText(guest, path);
      if (own !== undefined) return own;
      const result = calls.sync("fs.readFile", path, flags);
      return utf8Of(requests.check(result, result === EISDIR ? { syscall: "read" } : { syscall: "open", path }));
    },
    writeFileUtf8: (target: unknown, content: string, flags: number, mode: number) => {
      const input = native.encoding.encodeUtf8String(content);
      if (typeof target === "number") {
        for (let rest = input; TypedArrayPrototypeGetLength(rest) > 0; ) {
          const count = requests.check(calls.syncWithInput("fs.write", rest, target, CURRENT_POSITION), {
            syscall: "write",
          });
          rest = TypedArrayPrototypeSubarray(rest, count as number);
        }
        return;
      }
      const path = text.path(target);
      const operation: Operation = { syscall: "open", path };
      requests.check(calls.syncWithInput("fs.writeFile", input, path, flags, mode), operation);
    },
  };
}
