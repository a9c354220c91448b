import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readPluginFolder } from "../src/package/read-plugin-folder.ts";
import { readPluginTarball } from "../src/package/read-plugin-tarball.ts";
import { type ArchiveEntry, tarOf, tgzOf } from "./support/archives.ts";
import { told } from "./support/manifests.ts";

const CODE = "export const answer = 'ünicode';\n";
const manifest: ArchiveEntry = { path: "plugin.json", content: JSON.stringify(told()) };
const code: ArchiveEntry = { path: "dist/index.js", content: CODE };
const refused = (message: string | RegExp): unknown =>
  expect.objectContaining({ code: "ERR_PLUGIN_PACKAGE", message: expect.stringMatching(message) });

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plugin-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(file: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

async function writePlugin(changes: object = {}): Promise<string> {
  await write("plugin/plugin.json", JSON.stringify(told(changes)));
  await write("plugin/dist/index.js", CODE);
  return join(folder, "plugin");
}

describe("a plugin in a folder", () => {
  test("is read: its manifest and its entry point", async () => {
    const read = await readPluginFolder(await writePlugin());
    expect(read).toMatchObject({ code: CODE, filePath: "/org.example.related/dist/index.js" });
    expect(read.manifest.id).toBe("org.example.related");
    expect(read.digest).toMatch(/^[\da-f]{64}$/);
  });

  test("may have its entry point in TypeScript, and behind a link within it", async () => {
    const plugin = await writePlugin({ entrypoint: "./src/main.ts" });
    await write("plugin/real.ts", "export const a: number = 1;");
    await mkdir(join(plugin, "src"));
    await symlink("../real.ts", join(plugin, "src/main.ts"));
    expect(await readPluginFolder(plugin)).toMatchObject({
      code: "export const a: number = 1;",
      filePath: "/org.example.related/src/main.ts",
    });
  });

  test("has another digest for another manifest, name of its entry point or code", async () => {
    const read = async (changes: object = {}): Promise<string> =>
      (await readPluginFolder(await writePlugin(changes))).digest;
    const first = await read();
    expect(await read()).toBe(first);
    expect(await read({ version: "1.2.4" })).not.toBe(first);
    await write("plugin/dist/index.js", `${CODE}\n`);
    expect((await readPluginFolder(join(folder, "plugin"))).digest).not.toBe(first);
  });

  test("without a manifest, an entry point, or at all, is refused", async () => {
    await expect(readPluginFolder(join(folder, "none"))).rejects.toEqual(refused("no such folder: ENOENT"));
    await expect(readPluginFolder(folder)).rejects.toEqual(refused('"plugin.json" cannot be opened: ENOENT'));
    const plugin = await writePlugin({ entrypoint: "other.js" });
    await expect(readPluginFolder(plugin)).rejects.toEqual(
      refused('The package of "org.example.related" cannot be read: "other.js" cannot be opened: ENOENT'),
    );
    const file = await write("file", "");
    await expect(readPluginFolder(file)).rejects.toEqual(refused("ENOTDIR"));
  });

  test("with a manifest that is none is refused as such", async () => {
    await expect(readPluginFolder(await writePlugin({ id: "A" }))).rejects.toMatchObject({
      code: "ERR_PLUGIN_MANIFEST",
    });
  });

  test.each(["plugin.json", "dist/index.js"])("whose %s lies outside, behind a link, is refused", async (file) => {
    const plugin = await writePlugin();
    await rename(join(plugin, file), join(folder, "outside"));
    await symlink(join(folder, "outside"), join(plugin, file));
    await expect(readPluginFolder(plugin)).rejects.toEqual(refused(`"${file}" lies outside the folder`));
  });

  test("whose entry point lies in a folder that is a link outside is refused", async () => {
    const plugin = await writePlugin();
    await rename(join(plugin, "dist"), join(folder, "plugin-dist"));
    await symlink("../plugin-dist", join(plugin, "dist"));
    await expect(readPluginFolder(plugin)).rejects.toEqual(refused("lies outside the folder"));
  });

  test.each(["plugin.json", "dist/index.js"])("whose %s is a pipe, or a folder, is refused at once", async (file) => {
    const plugin = await writePlugin();
    await rm(join(plugin, file));
    execFileSync("mkfifo", [join(plugin, file)]);
    await expect(readPluginFolder(plugin)).rejects.toEqual(refused("is no plain file"));
    await rm(join(plugin, file));
    await mkdir(join(plugin, file));
    await expect(readPluginFolder(plugin)).rejects.toEqual(refused("is no plain file"));
  });

  test("whose files are too long is refused before they are read", async () => {
    const plugin = await writePlugin();
    await truncate(join(plugin, "dist/index.js"), 2 ** 40);
    await expect(readPluginFolder(plugin)).rejects.toEqual(refused("has more than 16777216 bytes"));
    await truncate(join(plugin, "plugin.json"), 65_537);
    await expect(readPluginFolder(plugin)).rejects.toEqual(refused("has more than 65536 bytes"));
  });

  test("whose files are no text is refused", async () => {
    const plugin = await writePlugin();
    await write("plugin/dist/index.js", new Uint8Array([0xff, 0xfe]));
    await expect(readPluginFolder(plugin)).rejects.toEqual(refused('"dist/index.js" is no text in UTF-8'));
  });
});

describe("a plugin in an archive", () => {
  test.each([
    ["packed", tgzOf([manifest, code])],
    ["not packed", tarOf([manifest, code])],
    ["with its entry point first", tgzOf([code, { path: "README.md", content: "a" }, manifest])],
    [
      "with its folders, and dots",
      tgzOf([{ path: "./", type: "Directory" }, { ...manifest, path: "./plugin.json" }, code]),
    ],
    [
      "as npm packs it",
      tgzOf([
        { ...manifest, path: "package/plugin.json" },
        { path: "package/package.json", content: "{}" },
        { ...code, path: "package/dist/index.js" },
      ]),
    ],
    ["in two parts", Buffer.concat([gzipSync(tarOf([manifest], Buffer.of())), gzipSync(tarOf([code]))])],
  ])("is read: %s", async (_what, archive) => {
    expect(await readPluginTarball(archive)).toMatchObject({
      code: CODE,
      filePath: "/org.example.related/dist/index.js",
    });
  });

  test("is the same as in a folder, and as another program packs it", async () => {
    const plugin = await writePlugin();
    execFileSync("tar", ["czf", join(folder, "a.tgz"), "-C", plugin, "."]);
    execFileSync("tar", [
      "cf",
      join(folder, "b.tar"),
      "--format=posix",
      "-C",
      folder,
      "--transform=s/^plugin/package/",
      "plugin",
    ]);
    const read = await readPluginFolder(plugin);
    expect(await readPluginTarball(join(folder, "a.tgz"))).toEqual(read);
    expect(await readPluginTarball(join(folder, "b.tar"))).toEqual(read);
  });

  test.each<[what: string, archive: Uint8Array, message: string]>([
    ["nothing", new Uint8Array(), "too short"],
    ["no archive", Buffer.from("<html>".repeat(1000)), "no archive, or a broken one"],
    ["only its end", Buffer.alloc(1024), "no archive"],
    ["no manifest", tgzOf([code]), 'there is no "plugin.json"'],
    [
      "a manifest in another folder",
      tgzOf([{ ...manifest, path: "other/plugin.json" }, code]),
      'there is no "plugin.json"',
    ],
    ["no entry point", tgzOf([manifest]), 'there is no "dist/index.js"'],
    ["two manifests", tgzOf([manifest, { ...manifest, path: "package/plugin.json" }, code]), "two of"],
    ["a manifest twice", tgzOf([manifest, manifest, code]), '"plugin.json" twice'],
    ["a manifest twice, once with a dot", tgzOf([manifest, { ...manifest, path: ".//plugin.json" }, code]), "twice"],
    ["an entry point twice", tgzOf([manifest, code, code]), '"dist/index.js" twice'],
    ["a link", tgzOf([manifest, { ...code, type: "SymbolicLink", linkpath: "/etc/passwd" }]), "is a SymbolicLink"],
    ["a hard link", tgzOf([manifest, code, { path: "x", type: "Link", linkpath: "plugin.json" }]), "is a Link"],
    ["a pipe", tgzOf([manifest, code, { path: "x", type: "FIFO" }]), "is a FIFO"],
    ["a device", tgzOf([manifest, code, { path: "x", type: "CharacterDevice" }]), "is a CharacterDevice"],
    ["an absolute path", tgzOf([manifest, code, { path: "/etc/x" }]), '"/etc/x" in it leaves'],
    ["a path upwards", tgzOf([manifest, code, { path: "a/../../x" }]), '"a/../../x" in it leaves'],
    ["a path of Windows", tgzOf([manifest, code, { path: "a\\..\\x" }]), "leaves its folder"],
    ["an end too soon", tgzOf([manifest, code]).subarray(0, -20), "cannot be unpacked"],
    [
      "an end within a file",
      tarOf([manifest, { ...code, content: "x".repeat(5000) }], Buffer.of()).subarray(0, 3000),
      "broken one",
    ],
    ["a broken block", tarOf([manifest, code]).fill(7, 1024, 1100), "broken one"],
    ["a wrong sum", withWrongSum(tgzOf([manifest, code])), "cannot be unpacked"],
    [
      "an archive that is packed twice",
      gzipSync(tgzOf([manifest, code, { path: "x", content: noise(2000) }])),
      "packed twice",
    ],
    [
      "a description without end",
      tgzOf([{ path: "p", type: "ExtendedHeader", content: "x".repeat(70_000) }]),
      "too great a length",
    ],
    ["a long manifest", tgzOf([{ ...manifest, content: " ".repeat(65_537) }, code]), "more than 65536 bytes"],
    [
      "a long entry point",
      tgzOf([manifest, { ...code, content: Buffer.alloc(16 * 2 ** 20 + 1, " ") }]),
      "more than 16777216 bytes",
    ],
    [
      "very many files",
      tgzOf([manifest, code, ...Array.from({ length: 10_000 }, (_, index) => ({ path: `f${index}` }))]),
      "10000 files",
    ],
    ["a bomb", gzipSync(Buffer.alloc(70 * 2 ** 20)), "67108864 bytes when it is unpacked"],
    [
      "a bomb after its end",
      gzipSync(Buffer.concat([tarOf([manifest, code]), Buffer.alloc(70 * 2 ** 20, 1)])),
      "67108864 bytes",
    ],
  ])("with %s is refused", async (_what, archive, message) => {
    await expect(readPluginTarball(archive)).rejects.toEqual(refused(message));
  });

  test("that is packed twice, and does not show it at first, is refused", async () => {
    // Pieces of nothing before the second byte: it comes alone.
    const inner = gzipSync(noise(4096));
    const slow = Buffer.concat([
      gzipSync(inner.subarray(0, 1)),
      ...new Array(10_000).fill(gzipSync("")),
      gzipSync(inner.subarray(1)),
    ]);
    await expect(readPluginTarball(slow)).rejects.toEqual(refused("packed twice"));
  });

  test("that is long is refused before it is read", async () => {
    await expect(readPluginTarball(new Uint8Array(32 * 2 ** 20 + 1))).rejects.toEqual(refused("33554432 bytes"));
    const path = await write("long.tgz", "");
    await truncate(path, 2 ** 40);
    await expect(readPluginTarball(path)).rejects.toEqual(refused("33554432 bytes"));
    await expect(readPluginTarball(join(folder, "none"))).rejects.toEqual(refused("ENOENT"));
    await expect(readPluginTarball("/dev/zero")).rejects.toEqual(refused("is no plain file"));
  });

  test("lets others have their turn while it is read", async () => {
    let turns = 0;
    let isRead = false;
    const turn = (): void => {
      turns += 1;
      if (!isRead) setImmediate(turn);
    };
    setImmediate(turn);
    await readPluginTarball(tarOf([manifest, code, { path: "x", content: Buffer.alloc(30 * 2 ** 20) }]));
    isRead = true;
    expect(turns).toBeGreaterThan(100);
  });
});

/** The sum of what is packed stands before its length. */
function withWrongSum(packed: Buffer): Buffer {
  return packed.fill(7, packed.byteLength - 8, packed.byteLength - 4);
}

/** Bytes that do not get shorter. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state >> 16;
    }),
  );
}
