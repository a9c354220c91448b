import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  allowAllFs,
  allowPaths,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type FsAccessRequest,
  type NodeDriverOptions,
  NodeFileSystem,
  type NodeFileSystemOptions,
  NodeRuntime,
  type PermissionCheck,
  type Permissions,
} from "vivarium";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "vivarium-guest-files-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const kinds = [
  ["process", "long"],
  ["process", "all"],
  ["worker", "long"],
  ["inline", "none"],
] as const;

const factories = new Map(kinds.map(([cells]) => [cells, createNodeRuntimeDriverFactory({ cells })] as const));

function open(
  cells: (typeof kinds)[number][0],
  options: Omit<NodeFileSystemOptions, "root">,
  permissions: Permissions = allowAllFs,
  more: Pick<NodeDriverOptions, "moduleAccess"> = {},
): NodeRuntime {
  return new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem: new NodeFileSystem({ root, ...options }), permissions, ...more }),
    runtimeDriverFactory: factories.get(cells) ?? createNodeRuntimeDriverFactory({ cells }),
  });
}

describe.each(kinds)("A directory of the host in a %s cell, threads: %s", (cells, threads) => {
  it("is read and written by the guest's own library", async () => {
    writeFileSync(join(root, "in.txt"), "from the host");
    await using runtime = open(cells, { threads });
    const result = await runtime.run(`
      const fs = require("node:fs");
      fs.mkdirSync("/a/b", { recursive: true });
      fs.writeFileSync("/a/b/file.txt", fs.readFileSync("/in.txt", "utf8").toUpperCase());
      fs.appendFileSync("/a/b/file.txt", "!");
      fs.writeFileSync("/large.bin", Buffer.alloc(5_000_000, 7));
      fs.copyFileSync("/large.bin", "/copy.bin");
      fs.symlinkSync("a/b", "/link");
      const fd = fs.openSync("/a/b/file.txt", "r+");
      fs.renameSync("/a/b/file.txt", "/moved.txt");
      fs.writeSync(fd, "FROM", 0);
      fs.fsyncSync(fd);
      fs.closeSync(fd);
      fs.rmSync("/a", { recursive: true });
      module.exports = {
        moved: fs.readFileSync("/moved.txt", "utf8"),
        sizes: ["/large.bin", "/copy.bin"].map((path) => fs.statSync(path).size),
        last: fs.readFileSync("/copy.bin").at(-1),
        names: fs.readdirSync("/").sort(),
        dangling: fs.existsSync("/link"),
      };
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      moved: "FROM THE HOST!",
      sizes: [5_000_000, 5_000_000],
      last: 7,
      names: ["copy.bin", "in.txt", "large.bin", "link", "moved.txt"],
      dangling: false,
    });
    expect(readFileSync(join(root, "moved.txt"), "utf8")).toBe("FROM THE HOST!");
  });

  it("is refused by the check for what a link leads to, and leads nowhere else", async () => {
    writeFileSync(join(root, "secret.txt"), "secret");
    symlinkSync("secret.txt", join(root, "to-secret"));
    symlinkSync("/etc/passwd", join(root, "to-host"));
    const permissions = { fs: allowPaths({ read: ["/to-*", "/etc/**"], write: ["/out/**"] }) };
    await using runtime = open(cells, { threads }, permissions);
    const result = await runtime.run(`
      const fs = require("node:fs");
      const codeOf = (act) => { try { return act(); } catch (error) { return [error.code, error.message]; } };
      module.exports = [
        codeOf(() => fs.readFileSync("/to-secret", "utf8")),
        codeOf(() => fs.readFileSync("/to-host", "utf8")),
        codeOf(() => fs.writeFileSync("/new.txt", "x")),
      ];
    `);
    expect(result.exports).toEqual([
      ["EACCES", expect.stringContaining("open '/to-secret'")],
      ["ENOENT", "ENOENT: no such file or directory, open '/to-host'"],
      ["EACCES", expect.stringContaining("open '/new.txt'")],
    ]);
    expect(readdirSync(root).sort()).toEqual(["secret.txt", "to-host", "to-secret"]);
  });

  it("can be read alone", async () => {
    writeFileSync(join(root, "in.txt"), "from the host");
    await using runtime = open(cells, { threads, readOnly: true });
    const result = await runtime.run(`
      const fs = require("node:fs");
      const code = (action) => { try { action(); } catch (error) { return error.code; } };
      const access = (path, mode) => code(() => fs.accessSync(path, mode));
      const { R_OK, W_OK, X_OK } = fs.constants;
      module.exports = [
        code(() => fs.appendFileSync("/in.txt", "x")), fs.readFileSync("/in.txt", "utf8"),
        access("/in.txt", R_OK), access("/in.txt", W_OK), access("/", R_OK | W_OK), access("/in.txt", W_OK | X_OK),
        access("/dev/null", W_OK),
      ];
    `);
    const looks = [undefined, "EROFS", "EROFS", "EROFS", undefined];
    expect(result.exports).toEqual(["EROFS", "from the host", ...looks]);
  });
});

describe("A path that the host swaps for a link once the check has been asked", () => {
  const packages = { moduleAccess: { cwd: import.meta.dirname } };
  const swaps: readonly [name: string, path: string, target: string, more?: typeof packages][] = [
    ["a file", "public/file", "../private/file"],
    ["the directory of a file", "public", "private"],
    ["a file beside packages of the host", "public/file", "../private/file", packages],
  ];

  it.each(swaps)("is not followed: %s", async (_name, path, target, more) => {
    for (const folder of ["public", "private"]) {
      mkdirSync(join(root, folder));
      writeFileSync(join(root, folder, "file"), folder);
    }
    let swapped = false;
    const check: PermissionCheck<FsAccessRequest> = (request) => {
      if (!swapped && request.path === "/public/file") {
        swapped = true;
        renameSync(join(root, path), join(root, "away"));
        symlinkSync(target, join(root, path));
      }
      return request.path.startsWith("/public");
    };
    for (const act of ['readFileSync("/public/file", "utf8")', 'writeFileSync("/public/file", "guest")']) {
      swapped = false;
      await using runtime = open("inline", { threads: "none" }, { fs: check }, more);
      const result = await runtime.run(`
        let code;
        try { code = require("node:fs").${act}; } catch (error) { code = error.code; }
        module.exports = code;
      `);
      expect(result.exports).toBe("ELOOP");
      expect(readFileSync(join(root, "private/file"), "utf8")).toBe("private");
      rmSync(join(root, path));
      renameSync(join(root, "away"), join(root, path));
    }
  });
});
