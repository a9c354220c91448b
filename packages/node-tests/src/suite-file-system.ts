import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { createInMemoryFileSystem, type InMemoryFileSystem } from "vivarium";
import { siblingFiles } from "./sibling-files.ts";
import { testFolder } from "./suite-folder.ts";

/** Where a guest finds the suite: the root of a checkout of Node, and its tests. */
export const guestRoot: string = "/node";
export const guestSuite: string = `${guestRoot}/test`;
/** What `process.execPath` names in a guest. */
export const guestExecPath: string = "/usr/local/bin/node";

/** Fixtures that are left out: large, and no measured file reads them. */
const leftOut: ReadonlySet<string> = new Set(["postject-copy", "snapshot"]);

/** Files of the system that some test reads. */
const systemFiles: Readonly<Record<string, string>> = {
  [guestExecPath]: "This is the place of Node in a guest.\n",
  "/proc/sys/kernel/hostname": "sandbox\n",
};

/** Folders beside the tests that some of them take helpers from. */
const helpers: readonly string[] = ["sqlite", "wasi"];

/** What the files of a suite share, in memory: prepared once, copied for each file. */
export class PreparedSuite {
  readonly #lean: InMemoryFileSystem;
  readonly #full: InMemoryFileSystem;
  readonly #programs: string;

  /** Loads the helpers and the fixtures of the suite in `folder`. */
  constructor(folder: string) {
    this.#programs = join(folder, testFolder);
    const lean = createInMemoryFileSystem();
    for (const path of [
      `${guestSuite}/${testFolder}`,
      `${guestSuite}/fixtures`,
      "/usr/local/bin",
      "/tmp",
      "/home/user",
    ]) {
      lean.mkdir(path, { recursive: true });
    }
    for (const [path, content] of Object.entries(systemFiles)) lean.writeFile(path, content, { mode: 0o755 });
    copyTree(join(folder, "common"), `${guestSuite}/common`, lean);
    for (const name of helpers) {
      if (existsSync(join(folder, name))) copyTree(join(folder, name), `${guestSuite}/${name}`, lean);
    }
    this.#lean = lean;
    this.#full = lean.clone();
    copyTree(join(folder, "fixtures"), `${guestSuite}/fixtures`, this.#full);
  }

  /**
   * A filesystem of its own for one program, with those of its folder that it runs. The fixtures are in it when one of them
   * speaks of any: copying them takes long.
   */
  filesystemFor(source: string): InMemoryFileSystem {
    const siblings = siblingFiles(this.#programs, source);
    const needsFixtures = [source, ...siblings.values()].some((text) => /fixture/i.test(text));
    const filesystem = (needsFixtures ? this.#full : this.#lean).clone();
    for (const [name, content] of siblings) filesystem.writeFile(`${guestSuite}/${testFolder}/${name}`, content);
    return filesystem;
  }
}

function copyTree(from: string, to: string, filesystem: InMemoryFileSystem): void {
  filesystem.mkdir(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (leftOut.has(name)) continue;
    const source = join(from, name);
    const status = lstatSync(source);
    if (status.isDirectory()) copyTree(source, `${to}/${name}`, filesystem);
    else if (status.isSymbolicLink()) filesystem.symlink(readlinkSync(source), `${to}/${name}`);
    else if (status.isFile())
      filesystem.writeFile(`${to}/${name}`, readFileSync(source), { mode: status.mode & 0o100 ? 0o755 : 0o644 });
  }
}
