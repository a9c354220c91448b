import { afterAll, beforeAll, vi } from "vitest";
import { BareRuntime, createNodeDriver, createNodeRuntimeDriverFactory, type Runtime } from "vivarium";
import { DirectusExtensions, type DirectusExtensionsOptions } from "../../src/index.ts";
import { manifestOf, type Type } from "./manifests.ts";

/** A line of a host's log. */
export interface Line {
  readonly level: "info" | "warn";
  readonly message: string;
  readonly extension: string;
  readonly error: unknown;
}

/** A host of extensions for the tests of a file, whose runtime they share. */
export interface HostUnderTest {
  readonly lines: Line[];
  /** A host with other options, for one test. */
  with(options: DirectusExtensionsOptions): DirectusExtensions;
  readonly host: DirectusExtensions;
  /** Loads code as an extension of a type; `name` is that of its package. */
  load(type: Type, code: string, scopes?: object, name?: string): Promise<unknown>;
  /** Loads an operation, and runs it. */
  operate(handler: string, scopes?: object, options?: unknown): Promise<unknown>;
  /** What an operation throws. */
  thrownBy(handler: string, scopes?: object, options?: unknown): Promise<unknown>;
  /** Status and text of what an endpoint answers. */
  get(path: string, init?: RequestInit, isPrivileged?: boolean): Promise<readonly [number, string] | undefined>;
}

export function hostUnderTest(options: () => DirectusExtensionsOptions = () => ({})): HostUnderTest {
  const lines: Line[] = [];
  const logger = {
    info: (message: string, { extension, error }: { extension: string; error?: unknown }) =>
      void lines.push({ level: "info", message, extension, error }),
    warn: (message: string, { extension, error }: { extension: string; error?: unknown }) =>
      void lines.push({ level: "warn", message, extension, error }),
  };
  let runtime: Runtime;
  let host: DirectusExtensions;
  const others: DirectusExtensions[] = [];
  beforeAll(() => {
    runtime = bareRuntime();
    host = new DirectusExtensions({ logger, runtime, restsMs: [0], ...options() });
  });
  afterAll(async () => {
    await Promise.all([host, ...others].map((each) => each.dispose()));
    await runtime.dispose();
  });
  const load: HostUnderTest["load"] = (type, code, scopes, name) =>
    host.loadPackage({ manifest: manifestOf(type, scopes, name), code });
  const operate: HostUnderTest["operate"] = async (handler, scopes, argument) => {
    const code = `import * as api from "directus:api"; const { log, sleep, request } = api; export default { id: "it", handler: ${handler} };`;
    await load("operation", code, scopes);
    return host.operations.run("it", argument);
  };
  return {
    lines,
    with(changed) {
      const other = new DirectusExtensions({ logger, runtime, restsMs: [0], ...options(), ...changed });
      others.push(other);
      return other;
    },
    get host() {
      return host;
    },
    load,
    operate,
    thrownBy: (...args) =>
      operate(...args).then(
        (value) => Promise.reject(new Error(`it has answered with ${String(value)}`)),
        (error: unknown) => error,
      ),
    async get(path, init = {}, isPrivileged = true) {
      const response = await host.fetch(new Request(`http://host${path}`, init), { isPrivileged });
      return response === undefined ? undefined : [response.status, await response.text()];
    },
  };
}

/** A runtime of a test's own, which looks at what is left in it. */
export function bareRuntime(): Runtime {
  return new BareRuntime({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  });
}

/** What is to come within a second may be held up. */
const LONG = { timeout: 10_000 };

/** Waits for a line of a log. */
export async function lineOf(lines: readonly Line[], pattern: RegExp): Promise<Line> {
  return vi.waitFor(() => {
    const line = lines.find(({ message }) => pattern.test(message));
    if (line === undefined)
      throw new Error(`no line ${pattern} among ${lines.map(({ message }) => message).join(", ")}`);
    return line;
  }, LONG);
}
