import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { hostUnderTest } from "./support/extension-host.ts";
import { extensionOf, manifestOf, packageOf } from "./support/manifests.ts";

const it = hostUnderTest();
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-watching-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes an operation into a folder. */
async function put(within: string, code: string, name = "edited"): Promise<void> {
  const path = join(folder, within);
  await mkdir(join(path, "dist"), { recursive: true });
  const extension = extensionOf("operation", { enabled: true, requestedScopes: { log: {}, sleep: {} } });
  await writeFile(join(path, "package.json"), JSON.stringify(packageOf(extension, { name })));
  await writeFile(join(path, "dist/api.js"), code);
}

const answering = (answer: number): string => `export default { id: "edited", handler: () => ${answer} };`;

describe("a folder that is watched", () => {
  test("has what is edited while it is first loaded loaded anew", async () => {
    const slow = `import { log, sleep } from "directus:api"; log("the first begins"); await sleep(600); ${answering(1)}`;
    await put("one", slow);
    const host = it.with({});
    const watching = host.watch(folder);
    const begins = (): void => expect(it.lines.map(({ message }) => message)).toContain("the first begins");
    await vi.waitFor(begins, { timeout: 20_000 });
    await put("one", answering(2));
    await using _watch = await watching;
    await vi.waitFor(async () => expect(await host.operations.run("edited", {})).toBe(2), { timeout: 20_000 });
  });

  test("has a package that is called otherwise now by its new name alone", async () => {
    await put("one", answering(1));
    const host = it.with({});
    await using _watch = await host.watch(folder);
    await put("one", answering(1), "renamed");
    const names = (expected: readonly string[]): Promise<void> =>
      vi.waitFor(() => expect(host.extensions.map(({ name }) => name)).toEqual(expected), { timeout: 20_000 });
    await names(["renamed"]);
    // Its old name is free.
    await put("two", answering(2));
    await names(["renamed", "edited"]);
  });

  test("is not watched where what it has must load, and does not", async () => {
    await put("one", "export default {");
    const host = it.with({ mustLoad: true });
    await expect(host.watch(folder)).rejects.toMatchObject({ code: "ERR_EXTENSION_LOAD" });
    await put("one", answering(1));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(host.extensions).toEqual([]);
  });
});

test("a package that the host has loaded by itself is no folder's any more", async () => {
  await put("first/one", answering(1));
  await put("second/one", answering(2));
  const host = it.with({});
  await host.loadAll(join(folder, "first"));
  await host.loadPackage({ manifest: manifestOf("operation", {}, "edited"), code: answering(3) });
  expect(await host.loadAll(join(folder, "second"))).toMatchObject([{ kind: "loaded" }]);
  expect(await host.operations.run("edited", {})).toBe(2);
});

test("a package that was unloaded may come from another folder", async () => {
  await put("first/one", answering(1));
  await put("second/one", answering(2));
  const host = it.with({});
  await host.loadAll(join(folder, "first"));
  await host.unload("edited");
  expect(await host.loadAll(join(folder, "second"))).toMatchObject([{ kind: "loaded" }]);
  expect(await host.operations.run("edited", {})).toBe(2);
});
