import type { NativeModule } from "../../native/native-module-wrap.ts";
import { withoutByteOrderMark } from "../entry-point.ts";
import { explainStall } from "../explain-stall.ts";
import { collectExports } from "../exports.ts";
import type { GuestCore } from "../guest.ts";
import { PromisePrototypeThen } from "../past-prototypes.ts";
import type { ModuleGraph } from "./module-graph.ts";
import { readModuleText } from "./module-text.ts";

/** A program that is an ES module, from its source text to its exports. */
export interface EntryModule {
  /** `name`: what its stacks call it, and what it is as an importer; `onEvaluated` is not called for one that fails. */
  run(code: string, filePath: string, name: string, onEvaluated: () => void): void;
  /** Whether it still waits at its top level. */
  isStalled(): boolean;
  /** Tells where it waits; `fails`: that is why the program does. */
  explainStall(fails: boolean): void;
  /** What it exports by now: nothing while it has not run to its end. */
  exported(): unknown;
  collectExports(limitBytes: number): void;
}

export function createEntryModule(guest: GuestCore, graph: ModuleGraph): EntryModule {
  const { moduleWrap } = guest.native;
  let entry: NativeModule | undefined;
  let isPending = false;
  const exported = (): unknown =>
    entry !== undefined && !isPending && moduleWrap.getStatus(entry) === moduleWrap.kEvaluated
      ? moduleWrap.getNamespace(entry)
      : undefined;

  const evaluate = (module: NativeModule, onEvaluated: () => void): void => {
    const settled = (): void => {
      isPending = false;
      onEvaluated();
    };
    const failed = (error: unknown): void => {
      isPending = false;
      guest.loop.onUncaught(error);
    };
    isPending = true;
    PromisePrototypeThen(moduleWrap.evaluate(module), settled, failed);
  };

  return {
    run(code, filePath, name, onEvaluated) {
      const text = readModuleText(guest.calls, withoutByteOrderMark(code), filePath);
      const { handle } = moduleWrap.createSourceTextModule(name, undefined, text);
      entry = handle;
      graph.hold(name, handle);
      isPending = true;
      graph.load(
        { key: name, open: () => undefined },
        {
          made: (module) => evaluate(module, onEvaluated),
          failed(error) {
            isPending = false;
            throw error;
          },
        },
      );
    },
    isStalled: () => isPending,
    explainStall(fails) {
      const places = entry === undefined ? [] : moduleWrap.getStalledTopLevelAwaits(entry);
      explainStall(guest, places, fails);
    },
    exported,
    collectExports(limitBytes) {
      // What it would have exported is not there, or not all of it.
      if (!isPending) collectExports(guest, exported, limitBytes);
    },
  };
}
