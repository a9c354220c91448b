import { ANSWER_PARTS, type GuestEntries, type GuestEntryName } from "@vivarium/core";
import type { EntryBudget, EntryResult, GuestIsolate } from "../../src/index.ts";

/** What a guest does at one of its doors: answers a number, ends in another way, or calls the kernel before it does. */
export type Behaviour = (...args: readonly unknown[]) => number | EntryResult | undefined;

/** A guest on this thread, made of functions instead of an isolate. It keeps the names of the doors it was entered by. */
export class ScriptedGuest implements GuestIsolate {
  readonly window: Uint8Array;
  readonly entered: GuestEntryName[] = [];
  readonly budgets: (EntryBudget | undefined)[] = [];
  /** What the guest claims to have used. */
  cpuMs = 0;
  readonly #behaviour: Partial<Record<GuestEntryName, Behaviour>>;

  constructor(window: Uint8Array, behaviour: Partial<Record<GuestEntryName, Behaviour>>) {
    this.window = window;
    this.#behaviour = behaviour;
  }

  enter<Name extends GuestEntryName>(
    entry: Name,
    args: Parameters<GuestEntries[Name]>,
    budget?: EntryBudget,
  ): EntryResult {
    this.entered.push(entry);
    this.budgets.push(budget);
    const given: readonly unknown[] = [...args];
    if (entry === "turn") this.#deliver(given);
    const answer = entry === "deliver" ? this.#deliver(given) : this.#enter(entry, given);
    return typeof answer === "number" ? { kind: "done", value: answer } : answer;
  }

  #enter(entry: GuestEntryName, given: readonly unknown[]): number | EntryResult {
    return this.#behaviour[entry]?.(...given) ?? (entry === "turn" ? -1 : 0);
  }

  /** Answers, one after the other, and with each the bytes that lie in the window for it. */
  #deliver(answers: readonly unknown[]): number {
    let start = 0;
    for (let part = 0; part < answers.length; part += ANSWER_PARTS) {
      const end = start + Number(answers[part + ANSWER_PARTS - 1]);
      this.#enter("deliver", [...answers.slice(part, part + ANSWER_PARTS - 1), this.window.slice(start, end)]);
      start = end;
    }
    return 0;
  }

  /** How often it was given time for V8's tasks. */
  taskRuns = 0;
  /** What such a run takes. */
  taskRun: () => Promise<void> = () => Promise.resolve();

  runTasks(): Promise<void> {
    this.taskRuns += 1;
    return this.taskRun();
  }

  cpuTimeMs(): number {
    return this.cpuMs;
  }

  memory(): { heapUsed: number; heapTotal: number; external: number } {
    return { heapUsed: 1, heapTotal: 2, external: 3 };
  }

  dispose(): void {}
}
