import {
  type Diagnostic,
  defaultLimits,
  type ParameterKind,
  type SystemCallScalar,
  systemCallTable,
} from "@vivarium/core";
import { type HostCallName, HostCalls } from "@vivarium/kernel";
import { createInMemoryFileSystem } from "@vivarium/memfs";
import { expect, test } from "vitest";
import { createDefaultNetworkAdapter, createNodeDriver } from "../../src/index.ts";

/** How many guests are impersonated, and how many calls each makes; by hand: `VIVARIUM_FUZZ_GUESTS=1000`. */
const GUESTS = Number(process.env["VIVARIUM_FUZZ_GUESTS"] ?? 8);
const CALLS = 300;

const numbers: readonly number[] = [
  ...[-1, -0, 0, 1, 2, 3, 4, 5, 8, 64, 0o101, 0o1101, 65_536, 1.5, 5e-324, 1e308],
  ...[2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53, 2 ** 53 - 1, -(2 ** 53) + 1],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
];
const whole = JSON.stringify({ file: "cat", args: ["cat"], env: ["A=1", "DENIED=2"], stdio: ["pipe", 1, "ipc"] });
const texts: readonly string[] = [
  ...[
    "",
    "\0",
    "a",
    "/",
    "/a",
    "..",
    "../../etc/passwd",
    "/denied/secret",
    "/link",
    "/dev/stdin",
    "/proc/self/environ",
  ],
  ...["\ud800", "__proto__", "constructor", "A".repeat(5_000), `/${"a/".repeat(2_000)}`, "[".repeat(500_000)],
  ...["127.0.0.1", "::1", "240.0.0.1", "0x7f.1", "localhost", "denied.test", "A", "DENIED"],
  ...["null", "[]", "{}", whole, '{"rejectUnauthorized":false}', '{"servername":"a\\u0000b"}', '{"__proto__":{"a":1}}'],
];
const inputs: readonly Uint8Array[] = [
  new Uint8Array(0),
  new Uint8Array(65_536),
  Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
  Buffer.from("c/\0m/a\0"),
];
const names = (Object.keys(systemCallTable) as (keyof typeof systemCallTable)[]).filter(
  (name): name is HostCallName => systemCallTable[name].place === "host",
);

/** A linear congruential generator: the same calls every time. */
class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  of<T>(things: readonly T[]): T {
    return things[this.below(things.length)] as T;
  }

  scalar(kind: ParameterKind): SystemCallScalar {
    const isJunk = this.below(10) === 0;
    const wanted = isJunk ? this.of(["string", "number", "boolean", "nothing"]) : kind;
    if (wanted === "nothing") return undefined;
    if (wanted === "boolean") return this.below(2) === 0;
    return wanted === "string" || wanted === "path" ? this.of(texts) : this.of(numbers);
  }
}

const isAnswer = (result: unknown): boolean => ["number", "string", "undefined"].includes(typeof result);

test("a cell that says anything gets answers, and nothing else comes of it", async () => {
  const filesystem = createInMemoryFileSystem();
  await filesystem.writeFile("/denied/secret", "the secret", { parents: true });
  await filesystem.writeFile("/a", "mine");
  await filesystem.symlink("/denied/secret", "/link");
  const network = createDefaultNetworkAdapter({ connectTimeoutMs: 1_000 });
  const systemDriver = createNodeDriver({
    filesystem,
    networkAdapter: network,
    permissions: {
      fs: ({ path }) => path !== "/" && !path.startsWith("/denied"),
      env: ({ key }) => key !== "DENIED",
      network: ({ hostname }) => hostname !== "denied.test",
      childProcess: () => true,
    },
  });
  const diagnostics: Diagnostic[] = [];
  const said: unknown[] = [];
  for (let seed = 1; seed <= GUESTS; seed += 1) {
    const chance = new Chance(seed);
    const host = new HostCalls({
      systemDriver,
      execution: {
        profile: "node",
        argv: [],
        env: {},
        cwd: "/",
        filePath: "/main.js",
        limits: defaultLimits,
        stdin: "in",
      },
      onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
    });
    const answers: unknown[] = [];
    for (let call = 0; call < CALLS; call += 1) {
      const name = chance.of(names);
      const { parameters, input } = systemCallTable[name];
      const args = parameters.map((kind) => chance.scalar(kind));
      if (chance.below(30) === 0) args.push(chance.scalar("string"));
      answers.push(host.serve(name, args, input ? chance.of(inputs) : new Uint8Array(0)));
      if (call % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await host.dispose();
    for (const { result, payload } of (await Promise.all(answers)) as Awaited<ReturnType<HostCalls["serve"]>>[]) {
      expect(isAnswer(result)).toBe(true);
      said.push(payload === undefined ? result : Buffer.from(payload).toString("latin1"));
    }
  }
  expect(said.filter((text) => typeof text === "string" && text.includes("the secret"))).toEqual([]);
  expect(await filesystem.readTextFile("/denied/secret")).toBe("the secret");
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  await network[Symbol.asyncDispose]();
});
