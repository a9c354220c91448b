import type { FileChange, FileWatch } from "@vivarium/core";
import type { Inode, Link } from "./memory-tree.ts";

type Listener = (change: FileChange) => void;

/** Who watches what of a tree. Without anybody who does, a change costs one look. */
export class Watches {
  readonly #listeners: Map<unknown, Set<Listener>> = new Map();

  /** Watches an inode, whatever names it has. */
  add(inode: Inode, listener: Listener): FileWatch {
    const listeners = this.#listeners.get(inode) ?? new Set();
    // One listener may watch twice.
    const own: Listener = (change) => listener(change);
    this.#listeners.set(inode, listeners.add(own));
    return {
      close: () => {
        if (listeners.delete(own) && listeners.size === 0) this.#listeners.delete(inode);
      },
    };
  }

  /** A name of a directory has come or gone. */
  entryChanged(directory: Link, name: string): void {
    if (this.#listeners.size > 0) this.#tell(directory.node, { type: "rename", name });
  }

  /** The name of an inode has gone, or is another. */
  renamed(inode: Inode, name: string): void {
    if (this.#listeners.size > 0) this.#tell(inode, { type: "rename", name });
  }

  /** The content of an inode is another, or an attribute. Of one without a name only those hear who watch itself. */
  changed(inode: Inode): void {
    if (this.#listeners.size === 0) return;
    const { link } = inode.record;
    const change: FileChange = { type: "change", name: link?.name ?? "" };
    this.#tell(inode, change);
    if (link?.parent !== undefined) this.#tell(link.parent.node, change);
  }

  #tell(node: unknown, change: FileChange): void {
    const listeners = this.#listeners.get(node);
    if (listeners === undefined) return;
    for (const listener of [...listeners]) listener(change);
  }
}
