import { VivariumError } from "@vivarium/core";

/** What the permission model can deny on every version of Node that cells run on. */
const scopes = ["fs.read", "fs.write", "child", "worker", "inspector", "wasi", "addon"] as const;

/** What a cell needs to start: its own file, and its two libraries. */
const START_SCOPES = ["fs.read", "addon"] as const;

type Permission = NodeJS.ProcessPermission & { drop?(scope: string): void };

/** Node's permission model, in the process of a cell. */
export class NodePermission {
  readonly #permission: Permission;

  /** @throws {VivariumError} `ERR_CELL_FAILED` in a process that has not been started with it. */
  constructor(permission: Permission | undefined = process.permission) {
    if (permission === undefined) {
      throw new VivariumError("ERR_CELL_FAILED", { problem: "Node's permission model is not in force" });
    }
    this.#permission = permission;
  }

  /** Gives up, for good, what the start has needed; answers whether nothing is permitted any more. */
  drop(): boolean {
    for (const scope of START_SCOPES) this.#permission.drop?.(scope);
    return !scopes.some((scope) => this.#permission.has(scope));
  }
}
