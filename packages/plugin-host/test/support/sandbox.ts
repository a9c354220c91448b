import { afterAll, beforeAll } from "vitest";
import {
  type IPluginLimits,
  type IPluginPermissions,
  IsolatedVmSandbox,
  type SandboxContext,
  type SandboxOptions,
} from "../../src/index.ts";

/** A sandbox for the tests of a file. */
export interface SandboxUnderTest {
  /** Runs code in an isolate of its own, which may use every method of whatever it is lent. */
  run(code: string, context?: SandboxContext): Promise<unknown>;
  /** The same, with an isolate that stays. */
  isolate(permissions?: IPluginPermissions, limits?: IPluginLimits): Promise<Runs>;
}

type Runs = (code: string, context?: SandboxContext) => Promise<unknown>;

export function sandboxUnderTest(options: SandboxOptions = {}): SandboxUnderTest {
  let sandbox: IsolatedVmSandbox;
  beforeAll(() => {
    sandbox = new IsolatedVmSandbox(undefined, options);
  });
  afterAll(() => sandbox[Symbol.asyncDispose]());
  const isolate: SandboxUnderTest["isolate"] = async (permissions = {}, limits = {}) => {
    const made = await sandbox.createIsolate({
      id: "a",
      name: "A",
      version: "1.0.0",
      entrypoint: "a.js",
      permissions,
      limits: { cpuTimeMs: 2_000, ...limits },
    });
    return (code, context = {}) => sandbox.executeInSandbox(made, code, context);
  };
  return {
    isolate,
    async run(code, context = {}) {
      const services = Object.fromEntries(Object.keys(context).map((name) => [name, "*" as const]));
      const runs = await isolate({ services });
      return runs(code, context);
    },
  };
}
