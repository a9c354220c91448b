import type { TextWriting } from "./encode-options.ts";
import { charCodeAt } from "./intrinsics.ts";

/** Writes characters one by one, as any engine can. */
export const writeEach: TextWriting = {
  latin1(text, into, at): void {
    for (let index = 0; index < text.length; index += 1) into[at + index] = charCodeAt(text, index);
  },
  utf16(text, into, at): void {
    let offset = at;
    for (let index = 0; index < text.length; index += 1) {
      const code = charCodeAt(text, index);
      into[offset] = code;
      into[offset + 1] = code >>> 8;
      offset += 2;
    }
  },
};
