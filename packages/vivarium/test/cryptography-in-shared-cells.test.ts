import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "../src/index.ts";

const ROUNDS = 20;

const open = (): NodeRuntime =>
  new NodeRuntime({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ isolation: "shared", maxCells: 1 }),
  });

/** Goes on with what it has begun, turn by turn, so that guests of one cell take turns in the midst of it. */
const program = (name: string): string => `
  import crypto from "node:crypto";
  import { setTimeout as sleep } from "node:timers/promises";
  import { promisify } from "node:util";
  const name = ${JSON.stringify(name)};
  const pair = promisify(crypto.generateKeyPair)("ed25519");
  const derived = promisify(crypto.pbkdf2)(name, "salt", 20_000, 32, "sha256");
  const hash = crypto.createHash("sha256");
  const hmac = crypto.createHmac("sha512", name);
  const cipher = crypto.createCipheriv("aes-256-cbc", Buffer.alloc(32, name), Buffer.alloc(16, name));
  const encrypted = [];
  for (let round = 0; round < ${ROUNDS}; round += 1) {
    hash.update(name + round);
    hmac.update(name + round);
    encrypted.push(cipher.update(name + round));
    await sleep(2);
  }
  encrypted.push(cipher.final());
  const decipher = crypto.createDecipheriv("aes-256-cbc", Buffer.alloc(32, name), Buffer.alloc(16, name));
  const { privateKey, publicKey } = await pair;
  const signature = crypto.sign(null, Buffer.from(name), privateKey);
  export const told = {
    hash: hash.digest("hex"),
    hmac: hmac.digest("hex"),
    text: decipher.update(Buffer.concat(encrypted), undefined, "utf8") + decipher.final("utf8"),
    derived: (await derived).toString("hex"),
    isVerified: crypto.verify(null, Buffer.from(name), publicKey, signature),
    isAnothers: crypto.verify(null, Buffer.from("another"), publicKey, signature),
  };`;

function expected(name: string): unknown {
  const text = Array.from({ length: ROUNDS }, (_, round) => name + round).join("");
  return {
    hash: createHash("sha256").update(text).digest("hex"),
    hmac: createHmac("sha512", name).update(text).digest("hex"),
    text,
    derived: pbkdf2Sync(name, "salt", 20_000, 32, "sha256").toString("hex"),
    isVerified: true,
    isAnothers: false,
  };
}

describe("Guests that share a cell", () => {
  test("have cryptography of their own, however they take turns", async () => {
    await using runtime = open();
    const names = ["one", "two", "three"];
    const results = await Promise.all(names.map((name) => runtime.run<{ told: unknown }>(program(name), "/entry.mjs")));
    expect(results.map(({ errorMessage, exports }) => errorMessage ?? exports?.told)).toEqual(names.map(expected));
    expect(runtime.status()).toMatchObject({ driver: { cells: 1 } });
  });

  test("lose nothing when another ends in the midst of a digest and of a job", async () => {
    await using runtime = open();
    const there = Promise.withResolvers<void>();
    const controller = new AbortController();
    const ends = runtime.exec(
      `const crypto = require("node:crypto");
       globalThis.kept = [crypto.createHash("sha256"), crypto.createHmac("sha256", "key")];
       crypto.pbkdf2("password", "salt", 200_000_000, 32, "sha256", () => {});
       setInterval(() => { kept[0].update("x"); console.log("there"); }, 5);`,
      { signal: controller.signal, onStdio: () => there.resolve() },
    );
    await there.promise;
    const goesOn = runtime.run<{ told: unknown }>(program("other"), "/entry.mjs");
    controller.abort("enough");
    expect((await ends).outcome).toMatchObject({ kind: "aborted", reason: "enough" });
    const { errorMessage, exports } = await goesOn;
    expect(errorMessage ?? exports?.told).toEqual(expected("other"));
  });
});
