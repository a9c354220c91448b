import type { MaybePromise } from "../contracts/maybe-promise.ts";

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

export interface FsAccessRequest {
  readonly op: FsOperation;
  readonly path: string;
}

export type NetworkOperation = "fetch" | "http" | "connect" | "dns" | "listen" | "unix";

export interface NetworkAccessRequest {
  readonly op: NetworkOperation;
  readonly url?: string;
  readonly method?: string;
  readonly hostname?: string;
  readonly port?: number;
  /** The address that will be connected to, once the hostname has been resolved. */
  readonly address?: string;
}

export interface ChildProcessAccessRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface EnvAccessRequest {
  readonly op: "read" | "write" | "delete";
  readonly key: string;
  /** The value there is (read) or is to be (write). */
  readonly value?: string;
}

/** One check per domain. A missing check denies everything in its domain. */
export interface Permissions {
  readonly fs?: PermissionCheck<FsAccessRequest>;
  readonly network?: PermissionCheck<NetworkAccessRequest>;
  readonly childProcess?: PermissionCheck<ChildProcessAccessRequest>;
  readonly env?: PermissionCheck<EnvAccessRequest>;
}
