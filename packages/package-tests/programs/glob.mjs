import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { glob, globSync } from "glob";

const cwd = mkdtempSync(join(tmpdir(), "glob-"));
for (const file of ["a.js", "src/b.ts", "src/deep/c.ts", "src/deep/.hidden.ts", "lib/d.ts"]) {
  mkdirSync(join(cwd, file, ".."), { recursive: true });
  writeFileSync(join(cwd, file), "");
}
symlinkSync("src", join(cwd, "link"));
console.log((await glob("**/*.{js,ts}", { cwd })).sort());
console.log(globSync("src/**", { cwd, dot: true, nodir: true, ignore: "**/c.ts" }).sort());
console.log((await glob("*/", { cwd, mark: true })).sort());
rmSync(cwd, { recursive: true });
