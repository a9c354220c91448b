import { describe, expect, it } from "vitest";
import { createTextCalls } from "../src/cell/text-calls.ts";
import { CallFailure } from "../src/system-calls/call-failure.ts";

const DECODERS_MAX = 1024;
const bytes = new Uint8Array([0xe9]);

describe("text decoders", () => {
  it("are bounded in number: the oldest is closed, and says so", () => {
    const calls = createTextCalls();
    const first = calls["text.openDecoder"]("latin1", false, false);
    for (let count = 1; count < DECODERS_MAX; count += 1) calls["text.openDecoder"]("latin1", false, false);
    expect(calls["text.decode"](first, false, bytes)).toBe("é");
    const last = calls["text.openDecoder"]("latin1", false, false);
    expect(() => calls["text.decode"](first, false, bytes)).toThrow(new CallFailure("EBADF"));
    expect(calls["text.decode"](last, false, bytes)).toBe("é");
  });

  it("tell bytes that are wrong from encodings that there are not", () => {
    const { "text.transcode": transcode } = createTextCalls();
    expect(transcode("latin1", "utf8", bytes)).toEqual(Buffer.from("é"));
    expect(() => transcode("utf8", "ucs2", bytes)).toThrow(new CallFailure("EILSEQ"));
    expect(() => transcode("hex", "utf8", bytes)).toThrow(new CallFailure("EINVAL"));
  });
});
