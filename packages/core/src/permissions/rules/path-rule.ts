import type { FsOperation } from "../permissions.ts";
import type { Rule } from "../policy-data.ts";
import { compileGlobs, type GlobKind, LONGEST_TEXT } from "./glob.ts";

/** Longest name of a file on Linux, in UTF-16 units here: bounds the time of a match within a component. */
const LONGEST_COMPONENT = 255;

const operations: { readonly [Operation in FsOperation]: "read" | "write" } = {
  read: "read",
  readdir: "read",
  stat: "read",
  readlink: "read",
  write: "write",
  mkdir: "write",
  rm: "write",
  rename: "write",
  link: "write",
  symlink: "write",
  chmod: "write",
  chown: "write",
  utimes: "write",
  truncate: "write",
};
const operationKinds: ReadonlyMap<unknown, "read" | "write"> = new Map(Object.entries(operations));

const kind: GlobKind = {
  permission: "allowPaths()",
  components: true,
  problemOf(pattern) {
    if (!pattern.startsWith("/")) return "expected an absolute path";
    if (pattern === "/") return undefined;
    if (pattern.endsWith("/")) return 'a path has no trailing slash (append "**" for all that is beneath)';
    const dotted = pattern
      .slice(1)
      .split("/")
      .find((component) => /^\\?\.{0,2}$/.test(component));
    return dotted === undefined ? undefined : 'a resolved path has no empty, "." or ".." component';
  },
};

/** Judges the path of a filesystem request: resolved, absolute, case-sensitive. */
export function compilePathRule(patterns: {
  readonly read: readonly string[];
  readonly write: readonly string[];
}): Rule {
  const matchers = { read: compileGlobs(patterns.read, kind), write: compileGlobs(patterns.write, kind) };
  return ({ op, path }) => {
    const operation = operationKinds.get(op);
    if (operation === undefined || typeof path !== "string" || !isResolved(path)) return undefined;
    return matchers[operation](path);
  };
}

function isResolved(path: string): boolean {
  if (path.length > LONGEST_TEXT || !path.startsWith("/") || path.includes("\0")) return false;
  if (path === "/") return true;
  let start = 1;
  while (start <= path.length) {
    const slash = path.indexOf("/", start);
    const end = slash === -1 ? path.length : slash;
    const length = end - start;
    if (length === 0 || length > LONGEST_COMPONENT) return false;
    if (length <= 2 && path.startsWith("..".slice(0, length), start)) return false;
    start = end + 1;
  }
  return true;
}
