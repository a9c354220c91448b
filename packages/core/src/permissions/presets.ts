import type {
  ChildProcessAccessRequest,
  EnvAccessRequest,
  FsAccessRequest,
  NetworkAccessRequest,
  PermissionCheck,
  Permissions,
} from "./permissions.ts";
import { policyFromData } from "./policy.ts";

/**
 * Every operation on every file of the filesystem that the embedder supplies. Spread it into `permissions`:
 * `{ ...allowAllFs, env: allowEnv(["LANG"]) }`.
 */
export const allowAllFs: { readonly fs: PermissionCheck<FsAccessRequest> } = Object.freeze({
  fs: policyFromData<FsAccessRequest>({ rule: "allow" }),
});

/** Every use of the network that the embedder supplies. */
export const allowAllNetwork: { readonly network: PermissionCheck<NetworkAccessRequest> } = Object.freeze({
  network: policyFromData<NetworkAccessRequest>({ rule: "allow" }),
});

/** Every command that the embedder's executor runs. */
export const allowAllChildProcess: { readonly childProcess: PermissionCheck<ChildProcessAccessRequest> } =
  Object.freeze({
    childProcess: policyFromData<ChildProcessAccessRequest>({ rule: "allow" }),
  });

/** Every variable that the embedder supplies, to read, write and delete. */
export const allowAllEnv: { readonly env: PermissionCheck<EnvAccessRequest> } = Object.freeze({
  env: policyFromData<EnvAccessRequest>({ rule: "allow" }),
});

/** Everything that the embedder supplies. */
export const allowAll: Required<Omit<Permissions, "module">> = Object.freeze({
  ...allowAllFs,
  ...allowAllNetwork,
  ...allowAllChildProcess,
  ...allowAllEnv,
});
