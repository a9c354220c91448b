import { TAG_STRING_ASCII, TAG_STRING_LATIN1, type TextDecoding } from "@vivarium/core";
import type { NativeHelper } from "../native/native-helper.ts";

/** Strings of the inert codec, decoded by the native helper: what comes from the host is well-formed. */
export function createNativeText({ buffer }: Pick<NativeHelper, "buffer">): TextDecoding {
  return {
    decode(tag, bytes) {
      // Eight bits each, or sixteen.
      return tag === TAG_STRING_ASCII || tag === TAG_STRING_LATIN1
        ? buffer.latin1Slice(bytes)
        : buffer.ucs2Slice(bytes);
    },
  };
}
