import { execFileSync } from "node:child_process";
import { appendFile, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { hostUnderTest, lineOf } from "../support/extension-host.ts";
import { extensionOf, packageOf } from "../support/manifests.ts";

const it = hostUnderTest();
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-hostile-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (path: string, content: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
};
/** A package in a folder, which may be named otherwise. */
const put = async (within: string, name: string, answer: string = name): Promise<void> => {
  await write(`${within}/dist/api.js`, `export default { id: "${name}", handler: () => "${answer}" };`);
  await write(`${within}/package.json`, JSON.stringify(packageOf(extensionOf("operation"), { name })));
};

describe("a file of a package", () => {
  test("that is a pipe keeps nobody waiting", async () => {
    await put("piped", "piped");
    await rm(join(folder, "piped/dist/api.js"));
    execFileSync("mkfifo", [join(folder, "piped/dist/api.js")]);
    await mkdir(join(folder, "manifest"));
    execFileSync("mkfifo", [join(folder, "manifest/package.json")]);
    for (const name of ["piped", "manifest"])
      await expect(it.host.load(join(folder, name))).rejects.toThrow("cannot be read: it is no file");
  });

  test("that is a link to one outside is not read", async () => {
    await put("inside/good", "good");
    await put("outside", "outside");
    await rm(join(folder, "inside/good/package.json"));
    await symlink("../../outside/package.json", join(folder, "inside/good/package.json"));
    await expect(it.host.load(join(folder, "inside/good"))).rejects.toThrow("it lies outside its folder");
  });

  test("that is huge is not read", async () => {
    await put("huge", "huge");
    await truncate(join(folder, "huge/dist/api.js"), 2 ** 33);
    await expect(it.host.load(join(folder, "huge"))).rejects.toThrow("it has more than 16777216 bytes");
    await truncate(join(folder, "huge/package.json"), 2 ** 33);
    await expect(it.host.load(join(folder, "huge"))).rejects.toThrow("it has more than 1048576 bytes");
  });
});

test("a package that is loaded in the place of one of another folder is told of", async () => {
  await put("first", "taken");
  await put("second", "taken", "the second");
  await it.host.load(join(folder, "first"));
  const before = it.lines.length;
  await it.host.load(join(folder, "first"));
  expect(it.lines).toHaveLength(before);
  await it.host.load(join(folder, "second"));
  expect(it.lines.slice(before)).toMatchObject([
    { level: "warn", extension: "taken", message: expect.stringContaining("takes the place") },
  ]);
  expect(await it.host.operations.run("taken", {})).toBe("the second");
});

describe("a folder that is watched", () => {
  test("does not end the host by links in circles, and lets none lead the watch out of a package", async () => {
    const escaped: unknown[] = [];
    const listener = (error: unknown): void => void escaped.push(error);
    process.prependListener("unhandledRejection", listener);
    await put("elsewhere/far", "far");
    await put("in/one", "one");
    await symlink("circle", join(folder, "in/circle"));
    const host = it.with({});
    const watch = await host.watch(join(folder, "in"));
    try {
      await symlink("inner", join(folder, "in/one/inner"));
      await symlink(join(folder, "elsewhere"), join(folder, "in/one/out"));
      await symlink("other", join(folder, "in/other"));
      await new Promise((resolve) => setTimeout(resolve, 500));
      const before = host.extensions[0];
      await appendFile(join(folder, "elsewhere/far/package.json"), " ");
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(host.extensions[0]).toBe(before);
      await put("in/two", "two");
      await vi.waitFor(() => expect(host.extensions.map(({ name }) => name)).toContain("two"), { timeout: 20_000 });
    } finally {
      await watch.close();
      process.off("unhandledRejection", listener);
    }
    expect(escaped).toEqual([]);
  });

  test("lets no package take the place of another by its name", async () => {
    await put("first", "good");
    const host = it.with({});
    await using _watch = await host.watch(folder);
    await put("second", "good", "an impostor");
    await lineOf(it.lines, /Couldn't register "good"/);
    expect(await host.operations.run("good", {})).toBe("good");
    await rm(join(folder, "second"), { recursive: true });
    await put("third", "third");
    await vi.waitFor(() => expect(host.extensions.map(({ name }) => name)).toEqual(["good", "third"]), {
      timeout: 20_000,
    });
    expect(await host.operations.run("good", {})).toBe("good");
  });
});
