import { describe, expect, test } from "vitest";
import { FRAME_HEADER_BYTES, WireError } from "../../src/channel/protocol.ts";
import { decodeProvisions, encodeProvisions, MAX_PROVISIONS_BYTES } from "../../src/channel/provisions.ts";
import { WireWriter } from "../../src/channel/wire-writer.ts";
import { makeProvisions } from "../../src/process/make-provisions.ts";

const small = {
  helpers: ["/a/helper.node", "/b/helper.node"],
  parts: { loader: "loader", bundle: "bundle ✓", bareBundle: "bare", tables: "{}" },
  sources: { path: "'use strict';", __proto__x: "", fs: "✓" },
};

/** A frame after whose beginning come these. */
function frameOf(write: (writer: WireWriter) => WireWriter): Buffer {
  return Buffer.from(write(new WireWriter().begin(1)).frame());
}

describe("what a cell gets that may not look for it", () => {
  test("arrives as it was sent", () => {
    expect(decodeProvisions(encodeProvisions(small))).toEqual(small);
  });

  test("is Node's library, the guest's parts and the native helper", () => {
    const { helpers, parts, sources } = decodeProvisions(makeProvisions());
    expect(helpers.length).toBeGreaterThan(0);
    expect(parts.bundle.length).toBeGreaterThan(100_000);
    expect(Object.keys(sources).length).toBeGreaterThan(300);
    expect(sources["internal/bootstrap/realm"]).toContain("internalBinding");
  });

  test("is refused when it is cut off anywhere, or goes on", () => {
    const frame = encodeProvisions(small);
    for (let length = 0; length < frame.length; length += 1) {
      const cut = Buffer.from(frame.subarray(0, length));
      expect(() => decodeProvisions(cut)).toThrow(WireError);
      if (length < FRAME_HEADER_BYTES) continue;
      cut.writeUInt32LE(length - FRAME_HEADER_BYTES);
      expect(() => decodeProvisions(cut)).toThrow(WireError);
    }
    const longer = Buffer.concat([frame, Buffer.alloc(1)]);
    expect(() => decodeProvisions(longer)).toThrow(WireError);
    longer.writeUInt32LE(longer.length - FRAME_HEADER_BYTES);
    expect(() => decodeProvisions(longer)).toThrow(WireError);
  });

  test.each([
    ["another kind", Buffer.from(new WireWriter().begin(2).frame())],
    ["another protocol", frameOf((writer) => writer.u32(1))],
    ["another Node", frameOf((writer) => writer.u32(4).string("v22.0.0"))],
    ["too many helpers", frameOf((writer) => writer.u32(4).string(process.version).u32(1_000_000))],
    [
      "too many sources",
      frameOf((writer) =>
        writer.u32(4).string(process.version).u32(0).string("").string("").string("").u32(0xffff_ffff),
      ),
    ],
    [
      "one source twice",
      frameOf((writer) => {
        writer.u32(4).string(process.version).u32(0).string("").string("").string("").u32(2);
        return writer.string("fs").string("1").string("fs").string("2");
      }),
    ],
  ])("is refused with %s", (_, frame) => {
    expect(() => decodeProvisions(frame)).toThrow(WireError);
  });

  test("is refused when it is too large, on either side", () => {
    const bundle = "x".repeat(MAX_PROVISIONS_BYTES);
    expect(() => encodeProvisions({ ...small, parts: { ...small.parts, bundle } })).toThrow(WireError);
    expect(() => decodeProvisions(Buffer.alloc(MAX_PROVISIONS_BYTES + 1))).toThrow(WireError);
  });
});
