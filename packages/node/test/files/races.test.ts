import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { join } from "node:path";
import type { MaybePromise } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { reading } from "../../src/files/host-content.ts";
import { NodeFileSystem } from "../../src/index.ts";
import { type HostFolder, makeHostFolder } from "./fixtures/host-folder.ts";
import { plainHostFiles } from "./fixtures/plain-host-files.ts";
import { isThorough } from "./fixtures/thoroughness.ts";
import { openFlags, type WholeFileSystem } from "./fixtures/tree-operations.ts";

/** A file of the host's own is swapped under Node's `fs` within the first few. */
const rounds = isThorough ? 150 : 50;
const inside = "inside";

interface Race extends AsyncDisposable {
  readonly folder: HostFolder;
}

/** A folder whose directory and file a second process swaps for links to what lies outside of it. */
async function startRace(): Promise<Race> {
  const folder = makeHostFolder();
  const away = join(folder.root, "..", "away");
  fs.mkdirSync(away);
  for (const place of [join(folder.root, "directory"), join(folder.outside, "directory")]) fs.mkdirSync(place);
  fs.writeFileSync(join(folder.root, "file"), inside);
  fs.writeFileSync(join(folder.root, "directory/file"), inside);
  fs.writeFileSync(join(folder.outside, "file"), "outside");
  fs.writeFileSync(join(folder.outside, "directory/file"), "outside");
  fs.symlinkSync(join(folder.outside, "directory"), join(away, "link-to-directory"));
  fs.symlinkSync(join(folder.outside, "file"), join(away, "link-to-file"));
  const program = join(import.meta.dirname, "fixtures/swapping-program.ts");
  const child = spawn(process.execPath, [program, folder.root], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    folder,
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
      folder[Symbol.dispose]();
    },
  };
}

/** What was read, or the code of an error. */
async function outcome(act: () => MaybePromise<unknown>): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}

/** Everything that a guest could do to get out. Answers what was read. */
async function tryAll(files: WholeFileSystem, round: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  const fresh = `/directory/new-${round}`;
  for (const path of ["/directory/file", "/file"]) {
    seen.push(await outcome(() => files.readTextFile(path)));
    seen.push(
      await outcome(async () => {
        const file = await files.open(path, reading, 0);
        const room = Buffer.alloc(16);
        const count = await file.read(room, 0);
        await file.close();
        return room.toString("latin1", 0, count);
      }),
    );
    await outcome(() => files.writeFile(path, inside));
    await outcome(() => files.chmod(path, 0o600));
    await outcome(() => files.utimes(path, 1_000, 1_000));
    await outcome(() => files.truncate(path, inside.length));
    await outcome(async () => (await files.open(path, openFlags["r+"], 0)).close());
  }
  seen.push(await outcome(async () => (await files.readDir("/directory")).includes("outside-only")));
  await outcome(() => files.mkdir(fresh));
  await outcome(() => files.removeDir(fresh));
  await outcome(() => files.writeFile(fresh, inside));
  await outcome(() => files.rename(fresh, `${fresh}-moved`));
  await outcome(() => files.link(`${fresh}-moved`, fresh));
  await outcome(() => files.symlink("x", `${fresh}-link`));
  for (const name of [fresh, `${fresh}-moved`, `${fresh}-link`]) await outcome(() => files.removeFile(name));
  return seen;
}

/** The outside as it was made, apart from what is told about it by times of access. */
function stateOf({ outside }: HostFolder): unknown {
  return ["", "/file", "/directory", "/directory/file"].map((path) => {
    const { mode, size, mtimeMs, nlink } = fs.statSync(outside + path);
    return [
      path,
      mode,
      size,
      mtimeMs,
      nlink,
      fs.statSync(outside + path).isFile() ? fs.readFileSync(outside + path, "utf8") : fs.readdirSync(outside + path),
    ];
  });
}

describe.runIf(process.platform === "linux")("Directories and files that another process swaps for links", () => {
  it.each(["long", "all"] as const)(
    "lead NodeFileSystem nowhere, with threads: %s",
    { timeout: 120_000 },
    async (threads) => {
      await using race = await startRace();
      fs.writeFileSync(join(race.folder.outside, "directory/outside-only"), "");
      const before = stateOf(race.folder);
      const files = new NodeFileSystem({ root: race.folder.root, threads });
      const seen = new Set<unknown>();
      for (let round = 0; round < rounds; round += 1) {
        for (const view of [files.resolved, files]) for (const one of await tryAll(view, round)) seen.add(one);
      }
      expect(stateOf(race.folder)).toEqual(before);
      expect(seen).toContain(inside);
      expect([...seen].filter((one) => one === "outside" || one === true)).toEqual([]);
    },
  );

  it("lead Node's own fs outside: the process does what it is there for", { timeout: 120_000 }, async () => {
    await using race = await startRace();
    const files = plainHostFiles(race.folder.root) as WholeFileSystem;
    const seen = new Set<unknown>();
    for (let round = 0; round < 2_000 * rounds && !seen.has("outside"); round += 1) {
      seen.add(await outcome(() => files.readTextFile("/directory/file")));
    }
    expect(seen).toContain("outside");
  });
});
