import type { Execution } from "@vivarium/core";
import type { ChildRole } from "@vivarium/kernel";
import type { FamilyTime } from "./family-time.ts";
import type { ThreadsMemory } from "./threads-memory.ts";
import type { Turn } from "./turn.ts";

/** A run of a guest, whose turn it is, and on whose account. */
export interface GuestRun {
  readonly execution: Execution;
  readonly turn: Turn;
  readonly role?: ChildRole;
  /** With whom it shares its CPU time. Of a program that stays, whose calls have theirs each, there is none. */
  readonly family: FamilyTime | undefined;
  /** With whom it shares its memory: a guest and its threads have one. @default nobody, and nobody can share it */
  readonly memory?: ThreadsMemory | undefined;
}
