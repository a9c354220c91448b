import { describe, expect, it } from "vitest";
import { runInGuest, runInNode } from "../harness/run-program.ts";

// In the guest no file has the program's name; in Node there has to be one.
const programs: readonly { title: string; code: string; path?: string; files?: Readonly<Record<string, string>> }[] = [
  {
    title: "an ES module that imports itself",
    path: "/w/main.mjs",
    code: `
      export let n = 1;
      setTimeout(async () => {
        const self = await import(import.meta.url);
        console.log(self === (await import("./main.mjs")), self.n, import.meta.main); n++;
        console.log(self.n, (await import("./main.mjs?again")).n);
      }, 1);`,
  },
  {
    title: "an ES module in a cycle",
    path: "/w/main.mjs",
    code: `import { f } from "./a.mjs"; export let n = 1; console.log(f()); n = 2; console.log(f());`,
    files: {
      "/w/a.mjs": `import { n } from "./main.mjs"; import * as main from "./main.mjs"; export const f = () => [n, Object.keys(main)];`,
    },
  },
  {
    title: "an ES module known by its syntax alone",
    code: `import { f } from "./a.mjs"; export let n = 1; console.log(f(), import.meta.main, process.mainModule, typeof require);`,
    files: { "/w/a.mjs": `import { n } from "./main.js"; export const f = () => n;` },
  },
  {
    title: "TypeScript in a cycle",
    path: "/w/main.mts",
    code: `import { f } from "./a.mts"; export let n: number = 1; console.log(f());`,
    files: { "/w/a.mts": `import { n } from "./main.mts"; export const f = (): number => n;` },
  },
  {
    title: "an ES module that is required once it has run, and too early",
    path: "/w/main.mjs",
    code: `
      import { createRequire } from "node:module"; import early from "./d.cjs"; export const n = 1;
      const require = createRequire(import.meta.url); console.log(early);
      setTimeout(async () => console.log(require("./main.mjs") === (await import("./main.mjs")), require("./d.cjs").again()), 1);`,
    files: {
      "/w/d.cjs": `try { require("./main.mjs"); } catch (error) { exports.code = error.code; } exports.again = () => require("./main.mjs").n;`,
    },
  },
  {
    title: "a TypeScript module that is required",
    path: "/w/main.mts",
    code: `import d from "./d.cjs"; export const n: number = 1; setTimeout(() => console.log(d.f()), 1);`,
    files: { "/w/d.cjs": `exports.f = () => require("./main.mts").n;` },
  },
  {
    title: "a CommonJS module in a cycle",
    code: `
      exports.early = 1; console.log(require("./a"), require("./main") === exports, require(__filename) === exports);
      console.log(Object.keys(require.cache).length, require.resolve("./main.js") === __filename); exports.late = 2;
      import(require("url").pathToFileURL(__filename)).then((m) => console.log(m, m.default === exports));`,
    files: {
      "/w/a.js": `exports.seen = { ...require("./main.js") }; exports.isMain = require.main === module.parent;`,
    },
  },
];

describe("the program is a module like any other, although no file has its name", () => {
  for (const { title, code, path = "/w/main.js", files = {} } of programs) {
    it(title, async () => {
      const guest = await runInGuest(code, { path, files });
      const node = runInNode(code, { path, files });
      expect(guest.stderr).toBe("");
      expect({ stdout: guest.stdout, code: guest.code }).toEqual({ stdout: node.stdout, code: node.code });
      expect(guest.stdout).not.toBe("");
    });
  }

  it("and to its own file operations there is still no such file", async () => {
    const { stdout } = await runInGuest(
      `const fs = require("fs"); console.log(fs.existsSync(__filename)); for (const f of ["readFileSync", "statSync", "realpathSync"]) { try { console.log(fs[f](__filename)); } catch (e) { console.log(e.code); } }`,
    );
    expect(stdout).toBe("false\nENOENT\nENOENT\nENOENT\n");
  });
});
