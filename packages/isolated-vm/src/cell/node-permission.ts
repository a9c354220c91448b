import { VivariumError } from "@vivarium/core";

/** What the permission model can deny on every version of Node that cells run on. */
const scopes = ["fs.read", "fs.write", "child", "worker", "inspector", "wasi", "addon"] as const;

/** What a cell needs to start: its own file, and its two libraries. */
const START_SCOPES = ["fs.read", "addon"] as const;

interface Permission {
  has(scope: string): boolean;
  /** Since Node 24.20. */
  drop?(scope: string): void;
}

/** Node's permission model, in the process of a cell. */
export class NodePermission {
  readonly #permission: Permission;

  /** @throws {VivariumError} `ERR_CELL_FAILED` in a process that has not been started with it. */
  constructor(permission: Permission | undefined = process.permission) {
    if (permission === undefined) throw failure("Node's permission model is not in force");
    this.#permission = permission;
  }

  /**
   * Gives up, for good, what the start has needed: nothing is permitted any more.
   * @throws {VivariumError} `ERR_CELL_FAILED` when something is.
   */
  drop(): void {
    for (const scope of START_SCOPES) this.#permission.drop?.(scope);
    const left = scopes.filter((scope) => this.#permission.has(scope));
    if (left.length > 0) throw failure(`Node's permission model permits ${left.join(", ")}`);
  }
}

function failure(problem: string): VivariumError {
  return new VivariumError("ERR_CELL_FAILED", { problem });
}
