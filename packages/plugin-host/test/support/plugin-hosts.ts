import { afterAll, beforeAll, vi } from "vitest";
import { BareRuntime, createNodeDriver, createNodeRuntimeDriverFactory, type Runtime } from "vivarium";
import {
  type PluginError,
  PluginHost,
  type PluginHostOptions,
  type PluginParts,
  type PluginState,
} from "../../src/index.ts";

/** A line of a host's log. */
export interface Line {
  readonly level: string;
  readonly message: string;
  readonly context: Record<string, unknown> | undefined;
}

/** Hosts for the tests of a file, whose runtime they share. */
export interface HostsUnderTest {
  /** Lines of all of them. */
  readonly lines: Line[];
  with(options?: PluginHostOptions): PluginHost;
  readonly runtime: Runtime;
}

export function hostsUnderTest(): HostsUnderTest {
  const lines: Line[] = [];
  const line = (level: string) => (message: string, context?: Record<string, unknown>) =>
    void lines.push({ level, message, context });
  const logger = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  const hosts: PluginHost[] = [];
  let runtime: Runtime;
  beforeAll(() => {
    runtime = bareRuntime();
  });
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.dispose()));
    await runtime.dispose();
  });
  return {
    lines,
    with(options) {
      const host = new PluginHost({
        logger,
        runtime,
        restsMs: [0],
        stopTimeoutMs: 300,
        eventTimeoutMs: 20_000,
        // On a machine that has much to do, a plugin that stands back would come to its limits after its time is over.
        cpuShare: { burstMs: 60_000 },
        ...options,
      });
      hosts.push(host);
      return host;
    },
    get runtime() {
      return runtime;
    },
  };
}

/** A runtime of a test's own, which looks at what is left in it. */
export function bareRuntime(): Runtime {
  return new BareRuntime({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory(),
    memoryLimit: 32,
  });
}

/** Enough on a machine that is busy. */
const LIMITS = { cpuTimeMs: 5000, wallTimeMs: 20_000 };
/** For what happens soon, but for such a machine. */
export const SOON = { timeout: 20_000 };

/** A plugin whose `activate` has this body; `context` is there. */
export function plugin(
  id: string,
  body: string,
  permissions: object = {},
  { limits = {}, ...more }: { readonly limits?: object; readonly [field: string]: unknown } = {},
): PluginParts {
  const manifest = { id, name: id, version: "1.0.0", entrypoint: "index.js", permissions, ...more };
  return {
    manifest: { ...manifest, limits: { ...LIMITS, ...limits } } as PluginParts["manifest"],
    code: `export async function activate(context) { ${body} }`,
  };
}

/** Installs plugins, and starts them. */
export async function startAll(host: PluginHost, ...plugins: readonly PluginParts[]): Promise<void> {
  for (const each of plugins) {
    await host.install(each);
    await host.start(each.manifest.id);
  }
}

/** What a call rejects with. */
export async function thrownBy(call: Promise<unknown>): Promise<PluginError> {
  return call.then(
    (value) => Promise.reject(new Error(`it has answered with ${JSON.stringify(value)}`)),
    (error: PluginError) => error,
  );
}

/** Waits until a plugin is in a state. */
export async function untilState(host: PluginHost, id: string, state: PluginState): Promise<void> {
  await vi.waitFor(
    () => {
      const info = host.list().find((each) => each.id === id);
      if (info?.state !== state) throw new Error(`it is ${info?.state}, not ${state}`);
    },
    { ...SOON, interval: 10 },
  );
}

/** A service that keeps what it is told. */
export function notes(): { readonly told: unknown[]; readonly service: { tell(value: unknown): void } } {
  const told: unknown[] = [];
  return { told, service: { tell: (value) => void told.push(value) } };
}

/** What plugins need that tell such a service. */
export const TELLS = { services: { notes: ["tell"] } };
