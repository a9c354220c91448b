import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type Diagnostic,
  type ExecOptions,
  type ExecResult,
  NodeRuntime,
} from "../src/index.ts";

const ROUNDS = 20;

const STAYS = "setInterval(() => {}, 1000);";
const LONG_JOB = `require("node:crypto").pbkdf2("password", "salt", 2 ** 31 - 1, 32, "sha512", () => {});`;
const HELD_UP = /went on beyond its CPU time, in something that cannot be interrupted$/u;

const open = (onDiagnostic?: (diagnostic: Diagnostic) => void): NodeRuntime =>
  new NodeRuntime({
    ...(onDiagnostic && { onDiagnostic }),
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ isolation: "shared", maxCells: 1 }),
  });

/** Starts a program that stays; settles when it is there. */
async function started(
  runtime: NodeRuntime,
  code: string,
  options: ExecOptions = {},
): Promise<{ ended: Promise<ExecResult> }> {
  const there = Promise.withResolvers<void>();
  const ended = runtime.exec(`${code} console.log("there");`, { ...options, onStdio: () => there.resolve() });
  await Promise.race([there.promise, ended]);
  return { ended };
}

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

  test.runIf(process.platform === "linux")(
    "end with one that cannot be interrupted, which is told from them, as soon as it has used twice what it may",
    async () => {
      const diagnostics: string[] = [];
      await using runtime = open(({ message }) => diagnostics.push(message));
      const goesOn = await started(runtime, STAYS);
      const holdsUp = `require("node:crypto").pbkdf2Sync("password", "salt", 2 ** 31 - 1, 32, "sha512");`;
      expect((await runtime.exec(holdsUp, { cpuTimeLimitMs: 100 })).outcome).toEqual({
        kind: "cpu-time-limit",
        code: 124,
        limitMs: 100,
      });
      expect((await goesOn.ended).outcome).toMatchObject({
        kind: "crashed",
        errorMessage: expect.stringMatching(HELD_UP),
      });
      expect(diagnostics).toEqual([expect.stringMatching(HELD_UP)]);
      expect((await runtime.exec("1")).outcome.kind).toBe("returned");
    },
  );

  test("do not get a cell in which one that is gone has left work", async () => {
    await using runtime = open();
    const controller = new AbortController();
    const goesOn = await started(runtime, STAYS, { signal: controller.signal });
    expect((await runtime.exec(`${LONG_JOB} setTimeout(() => process.exit(3), 50);`)).code).toBe(3);
    expect((await runtime.exec("1")).outcome.kind).toBe("returned");
    expect(runtime.status()).toMatchObject({ driver: { cells: 2 } });
    controller.abort();
    expect((await goesOn.ended).outcome.kind).toBe("aborted");
    await expect.poll(() => runtime.status().driver?.cells).toBeLessThan(2);
  });
});
