import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { ForkedProcess } from "../../src/process/forked-process.ts";

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A child of this process that ends well when its input does. */
async function startChild(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
  children.push(child);
  await once(child, "spawn");
  return Object.assign(child, { pid: child.pid ?? Number.NaN });
}

const gone = (): number => spawnSync("true").pid;

/** What a zygote has said: that the process with this number is a copy of it. */
function copyNamed(pid: number, zygote: number): { readonly copy: ForkedProcess; readonly strangers: () => number } {
  let strangers = 0;
  const onStranger = (): void => {
    strangers += 1;
  };
  const copy = new ForkedProcess(
    { onFrame: () => undefined, onDeath: () => undefined },
    { zygote, onStranger, hold: () => undefined, onBuried: () => undefined },
  );
  expect(copy.named(pid)).toBe(true);
  return { copy, strangers: () => strangers };
}

describe.runIf(process.platform === "linux")("a process that is said to be a copy", () => {
  test("is ended when it is a child of the zygote", async () => {
    const child = await startChild();
    const { copy, strangers } = copyNamed(child.pid, process.pid);
    copy.kill();
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    expect(strangers()).toBe(0);
    copy.ended(undefined);
  });

  test("is left alone when it is no child of the zygote, which has lied then", async () => {
    const [bystander, zygote] = await Promise.all([startChild(), startChild()]);
    const { copy, strangers } = copyNamed(bystander.pid, zygote.pid);
    copy.kill();
    expect(strangers()).toBe(1);
    bystander.stdin?.end();
    expect(await once(bystander, "exit")).toEqual([0, null]);
    copy.ended(undefined);
  });

  test("may have another parent once its zygote has ended", async () => {
    const { copy, strangers } = copyNamed((await startChild()).pid, gone());
    copy.kill();
    expect(strangers()).toBe(0);
    copy.ended(undefined);
  });

  test("may be gone", () => {
    const { copy, strangers } = copyNamed(gone(), process.pid);
    expect(() => copy.kill()).not.toThrow();
    expect(strangers()).toBe(0);
    copy.ended(undefined);
  });

  test("is named once, and not after its end", () => {
    const { copy } = copyNamed(gone(), process.pid);
    expect(copy.named(1)).toBe(false);
    copy.ended(undefined);
    expect(copy.named(1)).toBe(false);
  });
});
