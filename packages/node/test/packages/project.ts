import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Files of a project of the host, in a folder of its own: what begins with `-> ` is a link. */
export interface Project extends Disposable {
  readonly root: string;
}

/** Lays out a project; `links` of packages are relative to where they are, as package managers make them. */
export function layOut(files: Readonly<Record<string, string>>): Project {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "vivarium-packages-")));
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    if (content.startsWith("-> ")) symlinkSync(content.slice(3), path);
    else writeFileSync(path, content);
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true }) };
}
