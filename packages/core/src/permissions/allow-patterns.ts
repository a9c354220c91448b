import { describeValue } from "../errors/describe-value.ts";
import { VivariumError } from "../errors/vivarium-error.ts";
import type {
  ChildProcessAccessRequest,
  EnvAccessRequest,
  FsAccessRequest,
  NetworkAccessRequest,
  PermissionCheck,
} from "./permissions.ts";
import { policyFromData } from "./policy.ts";

/** Patterns for reading and for writing. What is left out allows nothing; neither implies the other. */
export interface ReadWritePatterns {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
}

/**
 * Allows files by path: `allowPaths({ read: ["/workspace/**"], write: ["/workspace/out/**"] })`. An array stands for both.
 *
 * `read` covers the operations `read`, `readdir`, `stat` and `readlink`, `write` all others. A rename or a link needs
 * `write` for both of its paths.
 *
 * Patterns are absolute and see the resolved path: no `..`, no symbolic link. `*` stands for any characters within a
 * component, `?` for one, `[a-z]` for one of a set, `{a,b}` for either, and `**` as a whole component for any number of
 * components: `/workspace/**` covers `/workspace` too. Dotfiles are covered like any other name; case counts; a
 * backslash takes the meaning from the next character. At most two `*` in a component. Paths
 * beyond 4,096 characters, or 255 in a component, are denied.
 *
 * @throws VivariumError `ERR_INVALID_PERMISSION` for a pattern that is relative or can match no resolved path
 */
export function allowPaths(patterns: ReadWritePatterns | readonly string[]): PermissionCheck<FsAccessRequest> {
  return policyFromData({ rule: "paths", ...readAndWrite(patterns, "allowPaths()") });
}

/**
 * Allows network requests (`fetch`, `http`, `connect`, `dns`) by host: `allowHosts(["api.example.com", "*.cdn.example:443"])`.
 *
 * `*` stands for any characters, dots included: `*.example.com` covers every name beneath `example.com`, but not
 * `example.com`. The last label of a name holds no wildcard; `*` alone covers every host. A pattern without a port
 * covers every port, as `:*` does. Case and spelling of an address do not count (`0x0a000001` and `[::ffff:10.0.0.1]`
 * are `10.0.0.1`); `[::1]:80` is how IPv6 is written. The scheme of a URL is not judged: {@link allowUrls} does. Nor is
 * the address that a name resolves to. A request whose URL and host disagree is denied.
 *
 * @throws VivariumError `ERR_INVALID_PERMISSION` for a pattern that is no host
 */
export function allowHosts(hosts: readonly string[]): PermissionCheck<NetworkAccessRequest> {
  return policyFromData({ rule: "hosts", hosts });
}

/**
 * Allows network requests by URL: `allowUrls(["https://api.example.com/v1/**", "http://localhost:*"])`.
 *
 * The scheme is exact, the host as in {@link allowHosts}. A pattern without a port means the one of the scheme, one
 * without a path every path. In the path, patterns are those of {@link allowPaths} without `?`, matched as the URL carries
 * it (percent-encoded); query and fragment are not judged, and refused in a pattern. Names may be looked up that a pattern
 * has as its host. Other requests without a URL, URLs with a user name or password, such that hide a `..` behind an encoded
 * slash or before a semicolon, and such as disagree with the host that the request goes to are denied. A WebSocket has `ws:` or `wss:`.
 *
 * @throws VivariumError `ERR_INVALID_PERMISSION` for a pattern that is no URL
 */
export function allowUrls(urls: readonly string[]): PermissionCheck<NetworkAccessRequest> {
  return policyFromData({ rule: "urls", urls });
}

/** What {@link allowCommands} allows beside the commands in its list. */
export interface CommandPatternOptions {
  /** Shells, and whatever starts what its arguments say. With it a guest can start anything that they can. @default false */
  readonly shell?: boolean;
}

/**
 * Allows child processes: `allowCommands(["git", "/usr/bin/*"])`. Patterns are those of {@link allowPaths}. One without a
 * slash is for a command that the guest wrote without one, which the executor then looks for in its own directories,
 * never in the guest's; one with a slash is absolute, and for the file that will be run, all links resolved
 * (`/usr/bin/dash`, where `/bin/sh` is a link to it). `node` is for other guests with the same permissions, which are no processes.
 *
 * Shells and whatever starts what its arguments say (`sh`, `env`, `xargs`, an interpreter with code as its argument) need
 * `{ shell: true }`, whatever the list has; so does a command that is to be told another name (`argv0`). Beyond that,
 * arguments, directory and environment are not judged: what a command can be told to do is allowed with it, and many can
 * be told to start others. For those, write a function that looks at the arguments.
 *
 * @throws VivariumError `ERR_INVALID_PERMISSION` for a pattern or an option that cannot be used
 */
export function allowCommands(
  commands: readonly string[],
  options: CommandPatternOptions = {},
): PermissionCheck<ChildProcessAccessRequest> {
  return policyFromData({ rule: "commands", commands, shell: readShell(options) });
}

/**
 * Allows variables by name: `allowEnv(["LANG", "LC_*"])`, to read, write and delete; or `allowEnv({ read: ["LANG"] })`.
 * Patterns know `*`, `?`, `[a-z]` and `{a,b}`; case counts. A name holds no `=` and no slash.
 *
 * @throws VivariumError `ERR_INVALID_PERMISSION` for a pattern that cannot be used
 */
export function allowEnv(names: ReadWritePatterns | readonly string[]): PermissionCheck<EnvAccessRequest> {
  return policyFromData({ rule: "variables", ...readAndWrite(names, "allowEnv()") });
}

function readShell(options: unknown): unknown {
  const fail = (problem: string): never => {
    throw new VivariumError("ERR_INVALID_PERMISSION", { permission: "allowCommands()", problem });
  };
  if (typeof options !== "object" || options === null) return fail(`expected { shell }, got ${describeValue(options)}`);
  const unknown = Object.keys(options).find((key) => key !== "shell");
  if (unknown !== undefined) return fail(`expected { shell }, got a property ${describeValue(unknown)}`);
  return Reflect.get(options, "shell");
}

function readAndWrite(patterns: unknown, permission: string): { readonly read: unknown; readonly write: unknown } {
  if (Array.isArray(patterns)) return { read: patterns, write: patterns };
  const fail = (problem: string): never => {
    throw new VivariumError("ERR_INVALID_PERMISSION", { permission, problem });
  };
  if (typeof patterns !== "object" || patterns === null) {
    return fail(`expected an array of patterns or { read, write }, got ${describeValue(patterns)}`);
  }
  const unknown = Object.keys(patterns).find((key) => key !== "read" && key !== "write");
  if (unknown !== undefined) return fail(`expected { read, write }, got a property ${describeValue(unknown)}`);
  const { read = [], write = [] } = patterns as { readonly read?: unknown; readonly write?: unknown };
  return { read, write };
}
