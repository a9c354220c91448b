import { describe, expect, test } from "vitest";
import { FRAME_HEADER_BYTES, PROTOCOL_VERSION, WireError } from "../../src/channel/protocol.ts";
import { decodeProvisions, encodeProvisions, MAX_PROVISIONS_BYTES } from "../../src/channel/provisions.ts";
import { WireWriter } from "../../src/channel/wire-writer.ts";
import { makeProvisions } from "../../src/process/make-provisions.ts";

const small = {
  helpers: ["/a/helper.node", "/b/helper.node"],
  parts: {
    loader: "loader",
    bundle: "bundle ✓",
    lateBundles: { "internal/vivarium/late/http2": "late ✓" },
    bareBundle: "bare",
    tables: "{}",
  },
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

  const own = (writer: WireWriter) => writer.u32(PROTOCOL_VERSION).string(process.version);
  /** Up to where sources are read: of ours first, then of Node's. */
  const parts = (writer: WireWriter) => own(writer).u32(0).string("").string("").string("").string("");
  const twice = (writer: WireWriter) => writer.u32(2).string("fs").string("1").string("fs").string("2");

  test.each([
    ["another kind", /unknown kind/, Buffer.from(own(new WireWriter().begin(2)).frame())],
    ["another protocol", /version 1 of/, frameOf((writer) => writer.u32(1).string(process.version))],
    ["another Node", /another Node/, frameOf((writer) => writer.u32(PROTOCOL_VERSION).string("v22.0.0"))],
    ["too many helpers", /longer/, frameOf((writer) => own(writer).u32(1_000_000))],
    ["too many bundles", /longer/, frameOf((writer) => parts(writer).u32(0xffff_ffff))],
    ["too many sources", /longer/, frameOf((writer) => parts(writer).u32(0).u32(0xffff_ffff))],
    ["one bundle twice", /twice/, frameOf((writer) => twice(parts(writer)))],
    ["one source twice", /twice/, frameOf((writer) => twice(parts(writer).u32(0)))],
  ])("is refused with %s", (_, why, frame) => {
    expect(() => decodeProvisions(frame)).toThrow(WireError);
    expect(() => decodeProvisions(frame)).toThrow(why);
  });

  test("is refused when it is too large, on either side", () => {
    const bundle = "x".repeat(MAX_PROVISIONS_BYTES);
    expect(() => encodeProvisions({ ...small, parts: { ...small.parts, bundle } })).toThrow(WireError);
    expect(() => decodeProvisions(Buffer.alloc(MAX_PROVISIONS_BYTES + 1))).toThrow(WireError);
  });
});
