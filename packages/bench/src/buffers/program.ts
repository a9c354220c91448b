/**
 * Works on bytes and text, and says how many nanoseconds each operation takes: the fastest of several samples, as whatever else runs
 * on a machine only adds to them. The same text is run by Node and in a guest. `measure(length)` does so for inputs of a length.
 */
export const program = `
const { isAscii, isUtf8, transcode } = require("node:buffer");

const SAMPLES = 15;
const SAMPLE_NS = 1.5e6;
const ASCII = "The quick brown fox jumps over 13 lazy dogs. ";
const MIXED = "Größe: schön – 漢字 fox ";
const filled = (text, length) => text.repeat(Math.ceil(length / text.length)).slice(0, length);

let sink;
function took(act, times) {
  const start = process.hrtime.bigint();
  for (let time = 0; time < times; time += 1) sink = act();
  return Number(process.hrtime.bigint() - start);
}

function fastest(act) {
  let times = 1;
  for (let ns = took(act, 1); ns < SAMPLE_NS && times < 1e5; ns = took(act, times)) times *= 2;
  const samples = Array.from({ length: SAMPLES }, () => took(act, times) / times);
  return Math.min(...samples);
}

function inputs(length) {
  const ascii = filled(ASCII, length);
  const mixed = filled(MIXED, length);
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1) bytes[at] = (at * 7919) & 255;
  const asciiBytes = Buffer.from(ascii);
  return {
    ascii, mixed, bytes, asciiBytes,
    mixedBytes: Buffer.from(mixed),
    same: Buffer.from(asciiBytes),
    hex: bytes.toString("hex"),
    base64: bytes.toString("base64"),
    base64url: bytes.toString("base64url"),
    latin1: bytes.toString("latin1"),
    ucs2Bytes: Buffer.from(mixed, "ucs2"),
    target: Buffer.alloc(length * 4),
  };
}

const kinds = {
  toString: ({ asciiBytes, mixedBytes, bytes }) => ({
    "utf8, ASCII": () => asciiBytes.toString(),
    "utf8, mixed": () => mixedBytes.toString(),
    latin1: () => bytes.toString("latin1"),
    ascii: () => bytes.toString("ascii"),
    hex: () => bytes.toString("hex"),
    base64: () => bytes.toString("base64"),
    base64url: () => bytes.toString("base64url"),
    ucs2: () => bytes.toString("ucs2"),
  }),
  from: ({ ascii, mixed, latin1, hex, base64, base64url }) => ({
    "utf8, ASCII": () => Buffer.from(ascii),
    "utf8, mixed": () => Buffer.from(mixed),
    latin1: () => Buffer.from(latin1, "latin1"),
    hex: () => Buffer.from(hex, "hex"),
    base64: () => Buffer.from(base64, "base64"),
    base64url: () => Buffer.from(base64url, "base64url"),
    ucs2: () => Buffer.from(ascii, "ucs2"),
  }),
  write: ({ ascii, mixed, latin1, hex, base64, target }) => ({
    "utf8, ASCII": () => target.write(ascii),
    "utf8, mixed": () => target.write(mixed),
    latin1: () => target.write(latin1, "latin1"),
    hex: () => target.write(hex, "hex"),
    base64: () => target.write(base64, "base64"),
    ucs2: () => target.write(ascii, "ucs2"),
  }),
  byteLength: ({ ascii, mixed }) => ({
    ASCII: () => Buffer.byteLength(ascii),
    mixed: () => Buffer.byteLength(mixed),
  }),
  look: ({ asciiBytes, same }) => {
    const needle = Buffer.from("zebra");
    return {
      compare: () => asciiBytes.compare(same),
      equals: () => asciiBytes.equals(same),
      "indexOf text": () => asciiBytes.indexOf("zebra"),
      "indexOf bytes": () => asciiBytes.indexOf(needle),
      "indexOf number": () => asciiBytes.indexOf(1),
      "lastIndexOf text": () => asciiBytes.lastIndexOf("zebra"),
      "includes, ucs2": () => asciiBytes.includes("zebra", 0, "ucs2"),
      isUtf8: () => isUtf8(asciiBytes),
      isAscii: () => isAscii(asciiBytes),
    };
  },
  change: ({ asciiBytes, bytes, target }) => ({
    "fill, number": () => target.fill(7),
    "fill, text": () => target.fill("abc"),
    copy: () => asciiBytes.copy(target),
    concat: () => Buffer.concat([asciiBytes, asciiBytes]),
    swap16: () => bytes.swap16(),
    swap32: () => bytes.swap32(),
    swap64: () => bytes.swap64(),
  }),
  TextEncoder: ({ ascii, mixed, target }) => {
    const encoder = new TextEncoder();
    return {
      "encode, ASCII": () => encoder.encode(ascii),
      "encode, mixed": () => encoder.encode(mixed),
      "encodeInto, ASCII": () => encoder.encodeInto(ascii, target),
      "encodeInto, mixed": () => encoder.encodeInto(mixed, target),
    };
  },
  TextDecoder: ({ asciiBytes, mixedBytes, bytes, ucs2Bytes }) => {
    const utf8 = new TextDecoder();
    const fatal = new TextDecoder("utf-8", { fatal: true });
    const utf16 = new TextDecoder("utf-16le");
    const latin1 = new TextDecoder("latin1");
    return {
      "utf-8, ASCII": () => utf8.decode(asciiBytes),
      "utf-8, mixed": () => utf8.decode(mixedBytes),
      "utf-8, fatal": () => fatal.decode(mixedBytes),
      "utf-16le": () => utf16.decode(ucs2Bytes),
      latin1: () => latin1.decode(bytes),
    };
  },
  convert: ({ mixedBytes, latin1, base64 }) => ({
    "isUtf8, mixed": () => isUtf8(mixedBytes),
    atob: () => atob(base64),
    btoa: () => btoa(latin1),
    "transcode to ucs2": () => transcode(mixedBytes, "utf8", "ucs2"),
  }),
};

function measure(length) {
  const all = inputs(length);
  const figures = {};
  for (const [kind, operationsOf] of Object.entries(kinds)) {
    for (const [name, act] of Object.entries(operationsOf(all))) figures[kind + ": " + name] = fastest(act);
  }
  return figures;
}
`;
