import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allowCommands,
  allowEnv,
  allowPaths,
  type ChildProcessAccessRequest,
  type FsOperation,
  not,
  policyFromData,
  policyOf,
} from "../../src/index.ts";

const reads: readonly FsOperation[] = ["read", "readdir", "stat", "readlink"];
const writes: readonly FsOperation[] = [
  "write",
  "mkdir",
  "rm",
  "rename",
  "link",
  "symlink",
  "chmod",
  "chown",
  "utimes",
  "truncate",
];

function covers(pattern: string, path: string): unknown {
  return allowPaths({ read: [pattern] })({ op: "read", path });
}

describe("allowPaths()", () => {
  it("lets read cover reading, readdir, stat and readlink, and write everything else", () => {
    const check = allowPaths({ read: ["/r/**"], write: ["/w/**"] });
    for (const op of reads)
      expect([op, check({ op, path: "/r/a" }), check({ op, path: "/w/a" })]).toEqual([op, true, false]);
    for (const op of writes)
      expect([op, check({ op, path: "/w/a" }), check({ op, path: "/r/a" })]).toEqual([op, true, false]);
    expect(check({ op: "exec" as FsOperation, path: "/r/a" })).toBe(false);
  });

  it("takes an array for both, and allows nothing for what is left out", () => {
    expect(allowPaths(["/a"])({ op: "write", path: "/a" })).toBe(true);
    expect(allowPaths({})({ op: "read", path: "/a" })).toBe(false);
  });

  it.each([
    ["/a\\\\b", "/a\\b", true],
    ["/a\\\\\\\\b", "/a\\\\b", true],
    ["/a\\\\\\\\b", "/a\\b", false],
    ["/workspace/**", "/workspace", true],
    ["/workspace/**", "/workspace/a/b/c", true],
    ["/workspace/**", "/workspace/.git/.config", true],
    ["/workspace/**", "/workspace/a\nb", true],
    ["/workspace/**", "/workspaces/a", false],
    ["/workspace/**", "/workspace/", false],
    ["/workspace/**", "/workspace/../secret", false],
    ["/workspace/**", "/workspace//a", false],
    ["/workspace/**", "workspace/a", false],
    ["/Workspace/**", "/workspace/a", false],
    ["/**", "/", true],
    ["/**", "/.a", true],
    ["/", "/", true],
    ["/", "/a", false],
    ["/a/*", "/a/.b", true],
    ["/a/*", "/a/b/c", false],
    ["/a/*", "/a", false],
    ["/a/*.txt", "/a/.txt", true],
    ["/a/**/x", "/a/x", true],
    ["/a/**/x", "/a/b/c/x", true],
    ["/a/**/x", "/a/bx", false],
    ["/a/**/x", "/ax", false],
    ["/**/a/**/b/**/c", "/x/a/b/a/y/b/z/c", true],
    ["/**/a/**/b/**/c", "/x/a/b/a/y/b/z/d", false],
    ["/**/**/a", "/a", true],
    ["/a/**/b/*", "/a/b/b/x", true],
    ["/a/?", "/a/b", true],
    ["/a/?", "/a/bc", false],
    ["/a/[bc]", "/a/b", true],
    ["/a/[bc]", "/a/[bc]", false],
    ["/a/[b-d]x", "/a/cx", true],
    ["/{a,b/c}/*", "/b/c/d", true],
    ["/{a,b/c}/*", "/b/d", false],
    ["/a/\\*", "/a/*", true],
    ["/a/\\*", "/a/b", false],
    ["/a/\\[b\\]", "/a/[b]", true],
    ["/a (1)/+(b)|c!@$^.\"'", "/a (1)/+(b)|c!@$^.\"'", true],
    ["/a/(b|c)", "/a/b", false],
    ["/a/+(b)", "/a/bb", false],
    ["/a/!(b)", "/a/c", false],
    ["/a.b", "/axb", false],
    ["/a/ü*", "/a/über", true],
  ] as const)("%j covers %j: %j", (pattern, path, expected) => {
    expect(covers(pattern, path)).toBe(expected);
  });

  it.each([
    "",
    "workspace/**",
    "./a",
    "/a/../b",
    "/a/./b",
    "/a//b",
    "/a/",
    "!/a",
    "/a\0",
    "/a/**b",
    "/a/***",
    "/a\\/b",
    "/*a*b*",
    "/a/[!b]",
    "/a/[+-9]",
    "/a/[b",
    "/a/{b",
    "/a/b}",
    "/a/{b}",
    "/a/{b,..}/c",
    "/a/{b,/c}",
    `/{${"{a,b}".repeat(9)},c}`,
    `/${"a".repeat(5000)}`,
  ])("refuses the pattern %j by code", (pattern) => {
    expect(() => allowPaths([pattern])).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_PERMISSION", message: expect.stringContaining("allowPaths()") }),
    );
  });

  it.each([[undefined], [null], ["/a"], [5], [{ reads: ["/a"] }], [{ read: "/a" }], [[5]], [{ read: [undefined] }]])(
    "refuses %j instead of patterns",
    (patterns) => {
      expect(() => allowPaths(JSON.parse(JSON.stringify(patterns) ?? "null"))).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_PERMISSION" }),
      );
    },
  );

  it("names itself in the refusal, not its rules", () => {
    expect(() => allowPaths(JSON.parse("[5]"))).toThrow(
      "Cannot use permission allowPaths(): expected a pattern, got 5",
    );
  });

  it("takes a quoted path for exactly itself", () => {
    const component = fc
      .string({ minLength: 1, maxLength: 20, unit: "binary" })
      .filter((text) => !/[/\0]|^\.{1,2}$/.test(text));
    const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((components) => `/${components.join("/")}`);
    fc.assert(
      fc.property(path, path, (own, other) => {
        const pattern = own.replace(/[^/A-Za-z0-9]/gu, "\\$&");
        expect(covers(pattern, own)).toBe(true);
        expect(covers(pattern, other)).toBe(own === other);
      }),
    );
  });

  it("keeps ** beneath its directory, whatever the guest calls its files", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60, unit: fc.constantFrom("/", ".", "a", "\n", "{", "*", "\\", "\u2028", "w") }),
        (tail) => {
          const path = `/w${tail}`;
          const components = path.split("/").slice(1);
          const resolved = components.every((component) => component !== "" && component !== "." && component !== "..");
          expect(covers("/w/**", path)).toBe(resolved && components[0] === "w");
        },
      ),
    );
  });

  it("denies paths of hostile length", () => {
    expect(covers("/**", `/${"a/".repeat(2047)}a`)).toBe(true);
    expect(covers("/**", `/${"a/".repeat(2048)}a`)).toBe(false);
    expect(covers("/**", `/${"a".repeat(256)}`)).toBe(false);
  });
});

describe("allowCommands()", () => {
  const request = (command: string, more: Partial<ChildProcessAccessRequest> = {}): ChildProcessAccessRequest => ({
    command,
    args: [],
    shell: false,
    ...more,
  });

  it("matches a name as the guest wrote it, whatever file the executor's directories have for it", () => {
    const check = allowCommands(["git"]);
    expect(check(request("git"))).toBe(true);
    expect(check(request("git", { resolved: "/opt/git/bin/git-2.40" }))).toBe(true);
    const others = ["git2", "Git", "git\n", "./git", "/bin/git", "/usr/bin/../git", "", "x".repeat(5000)];
    for (const command of others) expect(check(request(command)), command.slice(0, 20)).toBe(false);
    expect(check(request("/tmp/git", { resolved: "/tmp/git" }))).toBe(false);
  });

  it("matches a path with the file that a command comes to, never with what it is called", () => {
    const check = allowCommands(["/usr/bin/*"]);
    expect(check(request("tool", { resolved: "/usr/bin/tool" }))).toBe(true);
    expect(check(request("/bin/tool", { resolved: "/usr/bin/tool" }))).toBe(true);
    expect(check(request("/usr/bin/tool", { resolved: "/tmp/evil" }))).toBe(false);
    expect(check(request("/usr/bin/tool"))).toBe(true);
    expect(check(request("/usr/bin/../../tmp/evil"))).toBe(false);
    expect(check(request("tool", { resolved: "/usr/bin/../tool" }))).toBe(false);
  });

  it("takes one component for `*` and any file for `**`", () => {
    expect(allowCommands(["*"])(request("/opt/tool", { resolved: "/opt/tool" }))).toBe(false);
    expect(allowCommands(["**"])(request("/opt/tool", { resolved: "/opt/tool" }))).toBe(true);
  });

  it("wants a yes of its own for a shell, and for another name than its own", () => {
    const everything = allowCommands(["**", "sh"]);
    const shell = request("sh", { shell: true, resolved: "/usr/bin/dash" });
    const renamed = request("ls", { argv0: "sh", resolved: "/bin/busybox" });
    const undecided: ChildProcessAccessRequest = JSON.parse('{"command":"sh","args":[]}');
    for (const asked of [shell, renamed, undecided]) expect(everything(asked)).toBe(false);
    expect(allowCommands([], { shell: true })(shell)).toBe(true);
    expect(allowCommands([], { shell: true })(renamed)).toBe(true);
    expect(allowCommands([], { shell: true })(request("ls"))).toBe(false);
  });

  it("lets no shell and no other spelling through under not()", () => {
    const check = not(allowCommands(["rm"]));
    expect(check(request("ls", { resolved: "/usr/bin/ls" }))).toBe(true);
    for (const asked of [
      request("rm", { resolved: "/usr/bin/rm" }),
      request("/bin/rm", { resolved: "/usr/bin/rm" }),
      request("remove", { resolved: "/usr/bin/rm" }),
      request("sh", { shell: true }),
    ])
      expect(check(asked), asked.command).toBe(false);
  });

  it("carries its answer about shells as data", () => {
    const check = policyFromData<ChildProcessAccessRequest>(policyOf(allowCommands([], { shell: true })));
    expect(check(request("sh", { shell: true }))).toBe(true);
  });

  it("refuses by code what it cannot use", () => {
    const refused = expect.objectContaining({ code: "ERR_INVALID_PERMISSION" });
    for (const pattern of ["./git", "bin/git", "", "!git"]) expect(() => allowCommands([pattern])).toThrow(refused);
    const nonsense: readonly unknown[] = [null, { shells: true }, { shell: "yes" }];
    for (const options of nonsense) expect(() => allowCommands([], options as object)).toThrow(refused);
  });
});

describe("allowEnv()", () => {
  it("covers every operation on the names of an array", () => {
    const check = allowEnv(["LANG", "LC_*"]);
    expect(check({ op: "read", key: "LC_ALL", value: "C" })).toBe(true);
    expect(check({ op: "write", key: "LANG", value: "C" })).toBe(true);
    expect(check({ op: "delete", key: "LANG" })).toBe(true);
    expect(check({ op: "read", key: "lang" })).toBe(false);
    expect(check({ op: "read", key: "XLANG" })).toBe(false);
    expect(check({ op: "read", key: "LC_A/B" })).toBe(false);
  });

  it("tells reading from writing when asked to", () => {
    const check = allowEnv({ read: ["*"], write: ["APP_*"] });
    expect(check({ op: "read", key: ".HIDDEN" })).toBe(true);
    expect(check({ op: "write", key: "PATH" })).toBe(false);
    expect(check({ op: "delete", key: "APP_X" })).toBe(true);
  });

  it("refuses what is no name by code", () => {
    for (const names of [["**"], [""], ["!A"], ["A B="], ["A=1"], ["{A,B=}"], ["A\\=*"], ["A/B"], ["A\0"]]) {
      expect(() => allowEnv(names)).toThrow(expect.objectContaining({ code: "ERR_INVALID_PERMISSION" }));
    }
  });
});

describe("policyOf() and policyFromData()", () => {
  it("carry a policy through JSON", () => {
    const check = allowPaths({ read: ["/a/**"], write: ["/a/b"] });
    const data = policyOf(check);
    expect(data).toEqual({ rule: "paths", read: ["/a/**"], write: ["/a/b"] });
    const copy = policyFromData<{ op: FsOperation; path: string }>(JSON.parse(JSON.stringify(data)));
    expect(policyOf(copy)).toEqual(data);
    expect(copy({ op: "read", path: "/a/x" })).toBe(true);
    expect(copy({ op: "write", path: "/a/x" })).toBe(false);
  });

  it("keeps the rules from being changed afterwards", () => {
    const patterns = ["/a"];
    const check = allowPaths(patterns);
    patterns.push("/**");
    expect(policyOf(check)).toEqual({ rule: "paths", read: ["/a"], write: ["/a"] });
    const data: unknown = policyOf(check);
    expect(() => (data as { read: string[] }).read.push("/**")).toThrow(TypeError);
  });

  it("has nothing to tell of a hand-written check", () => {
    expect(policyOf(() => true)).toBeUndefined();
    expect(policyOf(undefined)).toBeUndefined();
  });

  it("refuses whatever is no policy by code, also when deeply nested", () => {
    let deep: unknown = { rule: "allow" };
    for (let depth = 0; depth < 100_000; depth += 1) deep = { rule: "not", of: deep };
    const wrong = [
      undefined,
      null,
      1,
      "allow",
      {},
      { rule: "allowAll" },
      { rule: "any", of: [] },
      { rule: "not" },
      { rule: "all", of: {} },
      deep,
    ];
    for (const data of wrong) {
      expect(() => policyFromData(data)).toThrow(expect.objectContaining({ code: "ERR_INVALID_PERMISSION" }));
    }
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(() => policyFromData(data)).toThrow(expect.objectContaining({ code: "ERR_INVALID_PERMISSION" }));
      }),
    );
  });
});
