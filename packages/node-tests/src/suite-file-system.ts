import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { createInMemoryFileSystem, type InMemoryFileSystem } from "vivarium";
import { testFolder } from "./suite-folder.ts";

/** Where a guest finds the suite: the root of a checkout of Node, and its tests. */
export const guestRoot: string = "/node";
export const guestSuite: string = `${guestRoot}/test`;
/** What `process.execPath` names in a guest. */
export const guestExecPath: string = "/usr/local/bin/node";

/** Parts of the suite that its files read. The conformance data of other projects is left out: no measured file reads it. */
const sharedFolders: readonly string[] = ["common", "fixtures"];
const leftOut: ReadonlySet<string> = new Set(["postject-copy", "wpt", "snapshot"]);

/** Loads what the files of a suite share into a filesystem in memory: prepared once, cloned for each file. */
export async function loadSuite(suite: string): Promise<InMemoryFileSystem> {
  const filesystem = createInMemoryFileSystem();
  for (const folder of [`${guestSuite}/${testFolder}`, "/usr/local/bin", "/tmp", "/home/user"]) {
    await filesystem.mkdir(folder, { recursive: true });
  }
  await filesystem.writeFile(guestExecPath, "", { mode: 0o755 });
  for (const folder of sharedFolders) await copyTree(join(suite, folder), `${guestSuite}/${folder}`, filesystem);
  return filesystem;
}

async function copyTree(from: string, to: string, filesystem: InMemoryFileSystem): Promise<void> {
  await filesystem.mkdir(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (leftOut.has(name)) continue;
    const source = join(from, name);
    const status = lstatSync(source);
    if (status.isDirectory()) await copyTree(source, `${to}/${name}`, filesystem);
    else if (status.isSymbolicLink()) await filesystem.symlink(readlinkSync(source), `${to}/${name}`);
    else if (status.isFile())
      await filesystem.writeFile(`${to}/${name}`, readFileSync(source), { mode: status.mode & 0o777 });
  }
}
