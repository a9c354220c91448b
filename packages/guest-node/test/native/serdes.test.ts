import { deserialize, serialize } from "node:v8";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNativeGuest, type NativeGuest } from "./native-guest.ts";

let guest: NativeGuest;
beforeEach(() => {
  guest = createNativeGuest();
});
afterEach(() => guest[Symbol.dispose]());

const run = (body: string, ...args: readonly unknown[]): unknown =>
  guest.run(`const s = native.serdes; ${body}`, ...args);

describe("serializers", () => {
  it("write what Node reads, and read what Node writes", () => {
    const value = {
      a: [1, 2.5, "é", null, undefined, true],
      map: new Map([[1n, new Set(["x"])]]),
      date: new Date(5),
      error: /x/g,
    };
    const written = run(
      "const w = s.createSerializer({}); s.writeHeader(w); s.writeValue(w, $0); return s.releaseBuffer(w)",
      value,
    ) as Uint8Array;
    expect(deserialize(written)).toEqual(value);
    expect(
      run(
        "const r = s.createDeserializer($0, {}); s.readHeader(r); return s.readValue(r)",
        new Uint8Array(serialize(value)),
      ),
    ).toEqual(value);
  });

  it("write and read raw parts", () => {
    const body = `
      const w = s.createSerializer({}); s.writeHeader(w); s.writeUint32(w, 7); s.writeUint64(w, 1, 2); s.writeDouble(w, 0.5); s.writeRawBytes(w, new Uint8Array([9, 8]));
      const bytes = s.releaseBuffer(w), r = s.createDeserializer(bytes, {}); s.readHeader(r);
      const parts = [s.readUint32(r), s.readUint64(r), s.readDouble(r)]; const at = s.readRawBytes(r, 2);
      return [...parts, bytes[at], bytes[at + 1], s.getWireFormatVersion(r) > 12, thrown(() => s.readUint32(r)).message];`;
    expect(run(body)).toEqual([7, [1, 2], 0.5, 9, 8, true, "ReadUint32() failed"]);
  });

  it("ask their delegates for host objects, shared memory and errors", () => {
    const body = `
      const shared = new SharedArrayBuffer(4), view = new Uint8Array([5]);
      const w = s.createSerializer({ writeHostObject(object) { s.writeUint32(w, object[0]); }, getSharedArrayBufferId: () => 3, dataCloneError: (message) => new RangeError(message) });
      s.setTreatArrayBufferViewsAsHostObjects(w, true); s.writeHeader(w); s.writeValue(w, { view, shared });
      const error = thrown(() => s.writeValue(w, () => {})).name;
      const r = s.createDeserializer(s.releaseBuffer(w), { readHostObject: () => ({ host: s.readUint32(r) }), getSharedArrayBuffer: (id) => id === 3 ? shared : undefined }); s.readHeader(r);
      const back = s.readValue(r);
      return [back.view, back.shared === shared, error];`;
    expect(run(body)).toEqual([{ host: 5 }, true, "RangeError"]);
  });

  it("fail without harm on depth, size, early reads and bytes of nobody", () => {
    const body = `
      let deep = []; for (let i = 0; i < 1e5; i++) deep = [deep];
      const w = s.createSerializer({});
      const huge = 'x'.repeat(1 << 28), many = Array.from({ length: 64 }, () => huge + Math.random());
      const r = s.createDeserializer(new Uint8Array([255, 15, 111]), {});
      const early = thrown(() => s.readValue(r)).code; s.readHeader(r);
      return [thrown(() => s.writeValue(w, deep)).name, typeof thrown(() => { for (;;) s.writeValue(w, 'x'.repeat(1 << 24)); }).message, early, thrown(() => s.readValue(r)).message];`;
    expect(run(body.replace(/const huge.*\n/, "\n"))).toEqual([
      "RangeError",
      "string",
      "ERR_INVALID_STATE",
      "Unable to deserialize cloned data.",
    ]);
  });
});

describe("messages", () => {
  const clone =
    "const clone = (value, transfer = [], writer = {}, reader = {}) => s.readMessage(s.writeMessage(value, transfer, writer), reader);";

  it("clone values, move buffers and share shared memory", () => {
    const body = `${clone}
      const buffer = new ArrayBuffer(8, { maxByteLength: 16 }); new Uint8Array(buffer)[0] = 7;
      const shared = new SharedArrayBuffer(4), module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
      const object = { buffer, shared, module, map: new Map([[1, 2]]) }; object.self = object;
      const back = clone(object, [buffer]);
      return [back.self === back, back !== object, buffer.detached, new Uint8Array(back.buffer)[0], back.buffer.maxByteLength, back.module instanceof WebAssembly.Module,
        new Uint8Array(back.shared).fill(3) && new Uint8Array(shared)[0], back.map instanceof Map];`;
    expect(run(body)).toEqual([true, true, true, 7, 16, true, 3, true]);
  });

  it("leave buffers alone when cloning fails, and refuse detached, doubled and locked ones", () => {
    const body = `${clone}
      const buffer = new ArrayBuffer(8), gone = new ArrayBuffer(1); gone.transfer();
      const locked = new ArrayBuffer(4); native.buffer.setDetachKey(locked, Symbol('key'));
      const errors = [thrown(() => clone({ buffer, f() {} }, [buffer])), thrown(() => clone(gone, [gone])), thrown(() => clone(buffer, [buffer, buffer])), thrown(() => clone(locked, [locked])), thrown(() => clone(1, [{}]))];
      return [buffer.detached, locked.detached, errors.every((error) => typeof error === 'object')];`;
    expect(run(body)).toEqual([false, false, true]);
  });

  it("leave host objects to the guest", () => {
    const body = `${clone}
      const mode = native.util.createPrivateSymbol('transfer_mode_private_symbol'); const port = { name: 'port' }; port[mode] = 1;
      const kept = [];
      const back = clone({ port }, [], { writeHostObject: (object) => kept.push(object) - 1 }, { readHostObject: (id) => ({ of: kept[id].name }) });
      return [back, thrown(() => clone(port, [], { dataCloneError: (message) => new SyntaxError(message) }))];`;
    expect(run(body)).toMatchObject([
      { port: { of: "port" } },
      { name: "SyntaxError", message: "Object object could not be cloned." },
    ]);
  });

  it("read into the context that is asked for", () => {
    const body = `const context = native.contextify.makeContext({}, 'n', undefined, true, true, false, symbol);
      const back = s.readMessage(s.writeMessage([1], [], {}), {}, context);
      return [Array.isArray(back), back instanceof Array, back instanceof native.contextify.globalOf(context).Array];`;
    expect(run(body)).toEqual([true, false, true]);
  });
});
