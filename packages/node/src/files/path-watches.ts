import type { FileChange, FileWatch } from "@vivarium/core";
import { nameOf, parentOf } from "./guest-path.ts";

type Listener = (change: FileChange) => void;

/** Who watches which path, of a filesystem through which all changes go. */
export class PathWatches {
  readonly #listeners: Map<string, Set<Listener>> = new Map();

  /** Whether anybody does. */
  get any(): boolean {
    return this.#listeners.size > 0;
  }

  add(path: string, listener: Listener): FileWatch {
    const listeners = this.#listeners.get(path) ?? new Set();
    const own: Listener = (change) => listener(change);
    this.#listeners.set(path, listeners.add(own));
    return {
      close: () => {
        if (listeners.delete(own) && listeners.size === 0) this.#listeners.delete(path);
      },
    };
  }

  /** Tells those who watch a path, or the directory that it lies in. */
  tell(type: FileChange["type"], path: string): void {
    if (!this.any) return;
    const change: FileChange = { type, name: nameOf(path) };
    for (const place of path === "/" ? [path] : [path, parentOf(path)]) {
      for (const listener of [...(this.#listeners.get(place) ?? [])]) listener(change);
    }
  }
}
