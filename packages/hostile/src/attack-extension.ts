import { isDeepStrictEqual } from "node:util";
import { DirectusExtensions, type ExtensionManifest, readManifest } from "@vivarium/directus";
import { BareRuntime, createNodeDriver } from "vivarium";
import { factoryFor } from "./factory-for.ts";
import { findLiveValue } from "./find-live-value.ts";
import type { CellKind, HostReport } from "./host-messages.ts";
import { type HostileProgram, hostileLimits } from "./hostile-program.ts";
import { hostileServers } from "./hostile-servers.ts";
import { collectGarbage, lastingGrowth } from "./lasting-growth.ts";
import { watchHost } from "./watch-host.ts";

/** The extension that is called before and after the hostile one, beside which it is loaded. */
const nextCode = `export default ({ filter }) => filter("next", ({ numbers }) => ({ sum: numbers.reduce((a, b) => a + b, 0),
  traces: [typeof globalThis.left, typeof {}.polluted] }));`;
const nextAnswer = { sum: 42, traces: ["undefined", "undefined"] };

/** Lines that come of one attack: a thousand at once, and a hundred for each second that it may last. */
const MOST_LINES = 2_500;

/** What may not reach a terminal. */
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f]/;

/** What a host of extensions of Directus heard in its log. */
class HeardLog {
  lines = 0;
  readonly faults: string[] = [];

  readonly write = (message: string): void => {
    this.lines += 1;
    if (CONTROL.test(message)) this.faults.push(`logged ${JSON.stringify(message.slice(0, 100))}`);
  };
}

/** Loads a hostile extension, has it filter an event, and tells what the host went through. */
export async function attackExtension(program: HostileProgram, cells: CellKind): Promise<HostReport> {
  const { cpuTimeLimitMs, wallTimeLimitMs, memoryLimit, resultLimitBytes } = hostileLimits;
  const log = new HeardLog();
  await using runtime = new BareRuntime({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: factoryFor(cells),
  });
  await using host = new DirectusExtensions({
    runtime,
    network: hostileServers,
    logger: { info: log.write, warn: log.write },
    moreHooks: true,
    restsMs: [0],
    limits: {
      memoryMib: memoryLimit,
      cpuTimeMs: cpuTimeLimitMs,
      callTimeoutMs: wallTimeLimitMs,
      loadTimeoutMs: wallTimeLimitMs,
      requestTimeoutMs: wallTimeLimitMs,
      maxResultBytes: resultLimitBytes,
      maxResponseBytes: resultLimitBytes,
    },
  });
  const next = (): Promise<unknown> => host.hooks.filter("next", { numbers: [14, 28] });
  await host.loadPackage({ manifest: hookOf("next"), code: nextCode });
  await next();
  collectGarbage();
  const stop = watchHost();
  const end = await endOf(host, program.program);
  const figures = stop();
  const answered = await next();
  const faults = [...log.faults, ...findFaults(program, end)];
  if (log.lines > MOST_LINES) faults.push(`${log.lines} lines reached the log`);
  if (!isDeepStrictEqual(answered, nextAnswer)) faults.push(`the next extension answered ${JSON.stringify(answered)}`);
  const lastingBytes = await lastingGrowth(figures.sizeBytes);
  return { ...figures, lastingBytes, outcome: end.outcome, message: end.message.slice(0, 200), faults };
}

interface ExtensionEnd {
  readonly outcome: "returned" | "threw";
  readonly message: string;
  readonly answer?: unknown;
}

async function endOf(host: DirectusExtensions, code: string): Promise<ExtensionEnd> {
  try {
    await host.loadPackage({ manifest: hookOf("attack"), code });
    return { outcome: "returned", message: "", answer: await host.hooks.filter("attack", { given: "by the host" }) };
  } catch (error) {
    return { outcome: "threw", message: error instanceof Error ? error.message : `no error, but ${typeof error}` };
  }
}

function hookOf(name: string): ExtensionManifest {
  const requestedScopes = { log: {}, sleep: {}, request: { urls: ["http://a.test/*"], methods: ["GET", "POST"] } };
  const extension = { type: "hook", path: "dist/index.js", source: "src/index.js", host: "^10.7.0" };
  const sandbox = { enabled: true, requestedScopes };
  return readManifest({ name, version: "1.0.0", "directus:extension": { ...extension, sandbox } });
}

function findFaults(program: HostileProgram, { outcome, answer, message }: ExtensionEnd): readonly string[] {
  const faults: string[] = [];
  if (!program.ends.includes(outcome)) faults.push(`${outcome} ${JSON.stringify(answer ?? message)?.slice(0, 300)}`);
  const live = findLiveValue(answer);
  if (live !== undefined) faults.push(`answered ${live}`);
  if (outcome === "returned" && "answer" in program && !isDeepStrictEqual(answer, program.answer)) {
    faults.push(`answered ${JSON.stringify(answer)?.slice(0, 300)}`);
  }
  if ("polluted" in {} || "left" in globalThis) faults.push("changed a prototype or global of the host");
  return faults;
}
