import type { MaybePromise } from "../promises/maybe-promise.ts";

/** What a check answers. Anything but `allow: true` denies. */
export interface PermissionDecision {
  readonly allow: boolean;
  /** Shown to the guest in the message of the error. Name no host path or secret in it. */
  readonly reason?: string;
}

/**
 * Decides on one request. A plain boolean or a promise will do. A throw, a rejection, or anything that is neither
 * `true` nor a decision with `allow: true` denies.
 */
export type PermissionCheck<Request> = (request: Request) => MaybePromise<PermissionDecision | boolean>;

/** What a guest wants to do with a file. The path is absolute and resolved: no `..`, no symbolic link on the way. */
export type FsOperation =
  | "read"
  | "write"
  | "readdir"
  | "stat"
  | "mkdir"
  | "rm"
  | "rename"
  | "link"
  | "symlink"
  | "readlink"
  | "chmod"
  | "chown"
  | "utimes"
  | "truncate";

/**
 * One path and what a guest wants to do with it. A call that touches two paths (a rename, a link) makes two requests.
 * Denied, the guest gets the error that Node makes for `EACCES`.
 */
export interface FsAccessRequest {
  readonly op: FsOperation;
  /** Absolute and resolved. */
  readonly path: string;
}

/**
 * What a guest wants of the network: an HTTP request by `fetch` or by `http`, a connection (`connect`), the addresses of
 * a name (`dns`), to be connected to (`listen`), a socket of this machine (`unix`).
 */
export type NetworkOperation = "fetch" | "http" | "connect" | "dns" | "listen" | "unix";

/**
 * One use of the network; of its fields those are there that the operation has. Denied, the guest gets the error that the
 * API in use gives for a refused connection, with the code `EACCES`.
 */
export interface NetworkAccessRequest {
  readonly op: NetworkOperation;
  /** Absolute (WHATWG URL). */
  readonly url?: string;
  /** Of HTTP. */
  readonly method?: string;
  /** A name or an address, in whatever spelling. */
  readonly hostname?: string;
  /** From 1 to 65,535. */
  readonly port?: number;
  /** The address that will be connected to, once the hostname has been resolved. */
  readonly address?: string;
  /** Of a Unix socket, as the guest wrote it: absolute. No rule for hosts covers it. */
  readonly path?: string;
}

/** A program that a guest wants to start. Denied, the guest gets the error of a spawn that failed with `EACCES`. */
export interface ChildProcessAccessRequest {
  /** As the guest wrote it: a name or a path; `node` for what starts another guest, however it was written. */
  readonly command: string;
  /**
   * The file that will be run: absolute, with all links resolved. Absent when the executor does not say, since its commands
   * are no files.
   */
  readonly resolved?: string;
  /** Of a script, the program that interprets it (`#!`): absolute, with all links resolved. */
  readonly interpreter?: string;
  /** Without the command itself. */
  readonly args: readonly string[];
  /** What the program is to be told that it is called, when that is not the command: some do something else by another name. */
  readonly argv0?: string;
  /** Absolute path, as the guest sees it. */
  readonly cwd?: string;
  /** The directory of the host in which it would run, when the executor says it. */
  readonly directory?: string;
  /** Every variable that the program would get. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Whether a shell is asked for, or something that starts what its arguments say: `exec()`, `spawn(…, { shell: true })`,
   * `sh`, `env`, `xargs`, an interpreter with code as its argument. It is `false` for many a program that starts others, too (`git` has
   * aliases and hooks, `tar` and `find` have options): only the arguments tell.
   */
  readonly shell: boolean;
  /** Another guest is to be started, with the permissions of this one, and no process of the host. */
  readonly guest?: true;
}

/**
 * A variable of `process.env` and what a guest wants to do with it. One that may not be read is absent for the guest;
 * writing one that may not be written is refused.
 */
export interface EnvAccessRequest {
  readonly op: "read" | "write" | "delete";
  /** The variable's name; case counts. */
  readonly key: string;
  /** The value there is (read) or is to be (write). */
  readonly value?: string;
}

/**
 * A call of a function in a module of the host. Denied, the guest gets an error with the code `EACCES`.
 */
export interface ModuleAccessRequest {
  /** The name by which the guest has imported the module. */
  readonly module: string;
  /** The function's name in it; with dots, of one in an object. */
  readonly function: string;
  /**
   * A copy of the arguments, which the function gets another copy of: nobody can change what was checked. A function of
   * the guest is one of the host's handles to it.
   */
  readonly args: readonly unknown[];
}

/**
 * One check per domain. A missing check denies everything in its domain, but for modules: to give a guest a module is to
 * allow its functions, and a check can only be stricter.
 */
export interface Permissions {
  readonly fs?: PermissionCheck<FsAccessRequest>;
  readonly network?: PermissionCheck<NetworkAccessRequest>;
  readonly childProcess?: PermissionCheck<ChildProcessAccessRequest>;
  readonly env?: PermissionCheck<EnvAccessRequest>;
  /** @default every function of the modules that the run is given */
  readonly module?: PermissionCheck<ModuleAccessRequest>;
}
