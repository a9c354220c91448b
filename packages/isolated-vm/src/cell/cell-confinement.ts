import type { ProcessControls } from "@vivarium/guest-node";
import type { NodePermission } from "./node-permission.ts";

/** What has become of a process that was to be confined. */
export interface Confined {
  /** Whether it is left without a way to files, sockets, programs and other processes. */
  readonly isConfined: boolean;
  /** Version of the kernel's Landlock; 0 where there is none. */
  readonly landlock: number;
  /** Whether it is in namespaces with no network and no files. */
  readonly namespaces: boolean;
  /** Whether Node's permission model permits it nothing. */
  readonly nodePermission: boolean;
  /** What the kernel refused; empty when nothing was, and where there is nothing to confine a process with. */
  readonly problem: string;
}

/**
 * Takes from a cell's process what it does not need: at its start what it was left with, and when its first guest has
 * booted every way to a file, a socket or another process.
 */
export class CellConfinement {
  readonly #controls: ProcessControls | undefined;
  readonly #permission: NodePermission | undefined;
  #problem: string | undefined;

  /**
   * @param controls undefined where the system has nothing to confine a process with
   * @param first the first descriptor that is not the cell's
   * @param permission undefined in a process without Node's permission model
   */
  constructor(controls: ProcessControls | undefined, first: number, permission?: NodePermission) {
    this.#controls = controls;
    this.#permission = permission;
    this.#attempt(() => {
      controls?.closeInherited(first);
      controls?.abandonRings();
    });
  }

  /**
   * For good.
   * @throws {VivariumError} `ERR_CELL_FAILED` where Node's permission model is to hold the process, and does not.
   */
  confine(): Confined {
    this.#permission?.drop();
    const nodePermission = this.#permission !== undefined;
    const controls = this.#controls;
    let held = { landlock: 0, namespaces: false };
    if (controls === undefined) return { isConfined: false, ...held, nodePermission, problem: "" };
    this.#attempt(() => {
      held = controls.confine();
    });
    const problem = this.#problem ?? "";
    return { isConfined: problem === "", ...held, nodePermission, problem };
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#problem ??= error instanceof Error ? error.message : String(error);
    }
  }
}
