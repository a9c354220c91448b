import type { OpenFile } from "@vivarium/core";
import type { BaseOpenFile } from "./base-open-file.ts";
import { type Steps, wait } from "./steps.ts";

/** The files of an overlay's base that are open, by the paths at which they were opened. */
export class OpenedInBase {
  readonly #files: Map<string, Set<BaseOpenFile>> = new Map();

  /** Answers how to forget it again. */
  add(file: BaseOpenFile): () => void {
    const { path } = file;
    const known = this.#files.get(path) ?? new Set();
    this.#files.set(path, known.add(file));
    return () => {
      known.delete(file);
      if (known.size === 0 && this.#files.get(path) === known) this.#files.delete(path);
    };
  }

  /** Has those that were opened at a path go on with its copy, each with a descriptor of its own. */
  *follow(path: string, openCopy: () => OpenFile | Promise<OpenFile>): Steps<void> {
    for (const file of [...(this.#files.get(path) ?? [])]) yield* file.goOnWith(yield* wait(openCopy()));
  }
}
