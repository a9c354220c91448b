import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { smallDigest } from "../src/cryptography/small-digest.ts";
import { CallFailure } from "../src/system-calls/call-failure.ts";

it.each(["md5", "sha1", "sha256", "sha384", "sha512"])("digests a few bytes by %s as Node does", (name) => {
  for (const length of [0, 1, 4096]) {
    const bytes = new Uint8Array(length).fill(7);
    expect(Buffer.from(smallDigest(name, bytes))).toEqual(createHash(name).update(bytes).digest());
  }
});

it.each([
  ["more bytes", "sha256", 4097],
  ["a result of any length", "shake128", 1],
  ["a digest that there is none of", "none of them", 1],
  ["what every object has", "constructor", 1],
])("refuses %s", (_, name, length) => {
  expect(() => smallDigest(name, new Uint8Array(length))).toThrow(new CallFailure("EINVAL"));
});
