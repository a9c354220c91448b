import { describe, expect, it } from "vitest";
import { type ExecOptions, type FileSystem, Runtime, type SystemDriver } from "../../src/index.ts";
import { createEvaluatingFactory } from "./evaluating-driver.ts";
import { createTinyFileSystem } from "./tiny-file-system.ts";

async function exec(options: ExecOptions, system: Partial<SystemDriver> = {}): Promise<unknown> {
  const systemDriver = { permissions: {}, processConfig: {}, osConfig: {}, ...system };
  const runtimeDriverFactory = createEvaluatingFactory();
  await using runtime = new Runtime({ systemDriver, runtimeDriverFactory });
  await runtime.exec("1", options);
  return runtimeDriverFactory.drivers[0]?.executions[0]?.cwd;
}

function refusal(wanted: string, actual: string): unknown {
  const message = `Cannot use option "cwd": expected ${wanted}, got ${JSON.stringify(actual)}`;
  return expect.objectContaining({ code: "ERR_INVALID_OPTION", message });
}

const filesystem = createTinyFileSystem();
const never: FileSystem["stat"] = () => {
  throw new Error("asked");
};

describe("the working directory of a run", () => {
  it("may be any directory that exists, whatever the guest may read", async () => {
    for (const cwd of ["/work", "/work/", "//work/.", "/other/../work"]) {
      expect(await exec({ cwd }, { filesystem })).toBe(cwd);
    }
    const later = createTinyFileSystem(async (path) => filesystem.stat(path));
    expect(await exec({}, { filesystem: later, processConfig: { cwd: "/work" } })).toBe("/work");
  });

  it("is refused by name when it does not exist, or is a file", async () => {
    for (const cwd of ["/nowhere", "/work/file", "/work/../nowhere"]) {
      const refused = refusal("a directory that exists", cwd);
      await expect(exec({ cwd }, { filesystem })).rejects.toEqual(refused);
      await expect(exec({}, { filesystem, processConfig: { cwd } })).rejects.toEqual(refused);
    }
    const cause = expect.objectContaining({ code: "ENOENT" });
    await expect(exec({ cwd: "/nowhere" }, { filesystem })).rejects.toMatchObject({ cause });
  });

  it("is the root without being asked for, and nothing else where there is no filesystem", async () => {
    expect(await exec({}, { filesystem: createTinyFileSystem(never) })).toBe("/");
    expect(await exec({ cwd: "/" }, { filesystem: createTinyFileSystem(never) })).toBe("/");
    expect(await exec({})).toBe("/");
    await expect(exec({ cwd: "/work" })).rejects.toEqual(refusal('"/", as there is no filesystem', "/work"));
  });

  it("shows a filesystem that is at fault by code", async () => {
    const threw = { code: "ERR_DRIVER_THREW", cause: new Error("asked") };
    await expect(exec({ cwd: "/work" }, { filesystem: createTinyFileSystem(never) })).rejects.toMatchObject(threw);
    const nonsense = createTinyFileSystem((() => 5) as never);
    await expect(exec({ cwd: "/work" }, { filesystem: nonsense })).rejects.toMatchObject({ code: "ERR_DRIVER_ANSWER" });
  });

  it("is not waited for by a run that is aborted", async () => {
    const silent = createTinyFileSystem(() => new Promise(() => undefined));
    const controller = new AbortController();
    const running = exec({ cwd: "/work", signal: controller.signal }, { filesystem: silent });
    controller.abort("enough");
    expect(await running).toBeUndefined();
  });

  it("is looked for while the driver gets ready, where the filesystem takes its time", async () => {
    const answer = Promise.withResolvers<void>();
    const slow = createTinyFileSystem(async (path) => {
      await answer.promise;
      return filesystem.stat(path);
    });
    const running = exec({ cwd: "/work" }, { filesystem: slow });
    const refused = expect(exec({ cwd: "/nowhere" }, { filesystem: slow })).rejects.toEqual(
      refusal("a directory that exists", "/nowhere"),
    );
    answer.resolve();
    expect(await running).toBe("/work");
    await refused;
  });
});
