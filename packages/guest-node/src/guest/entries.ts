import type { GuestConfig, GuestEntries } from "@vivarium/core";
import type { BootedGuest } from "./boot.ts";
import { deliverAnswers } from "./deliver-answers.ts";
import { enterGuarded } from "./enter-guarded.ts";
import type { Guest } from "./guest.ts";
import { HostModules } from "./modules/host-modules.ts";
import { createEnvironment } from "./node-process.ts";
import { createOwnRegistry } from "./own-registry.ts";
import { ReflectApply } from "./primordial.ts";
import { type RunningProgram, runProgram } from "./program.ts";
import { programEntries } from "./program-entries.ts";
import { rehearse } from "./rehearsal.ts";
import { completeSnapshot } from "./start-up-snapshot.ts";
import { runWebProgram } from "./web/web-program.ts";
import { becomeThread } from "./workers/become-thread.ts";

type Emit = (event: string, ...args: unknown[]) => unknown;

/** The doors by which the kernel enters a guest. */
export function createEntries(booted: BootedGuest, parse: (text: string) => GuestConfig): GuestEntries {
  const { guest, registry } = booted;
  const { process } = guest;
  const emit = (event: string, code: number) => {
    ReflectApply(process["emit"] as Emit, process, [event, code]);
  };
  const modules = new HostModules(guest, (cleanup) => createOwnRegistry(guest, cleanup));
  const own = runProgram(guest, booted.compiler, modules);
  const ofTheWeb = runWebProgram(guest, { compiler: booted.compiler, modules, prepare: own.prepare });
  const program = (): RunningProgram => (guest.config.profile === "web" ? ofTheWeb : own);
  // First of all in every entry: no program's code may run without.
  const { keepRoom } = guest.native.stack;
  const guarded = (work: () => void) => enterGuarded(guest, work);
  return {
    // The program's code has not been seen yet.
    rehearse() {
      keepRoom();
      rehearse(booted, own);
    },
    start(config) {
      keepRoom();
      completeSnapshot(guest.snapshot);
      guest.native.control.seedRandom();
      booted.configure(parse(config));
      booted.freezeClocks();
      process["env"] = createEnvironment(guest);
      becomeThread(guest, booted.compiler);
    },
    ...programEntries(booted, program, modules),
    turn(...answers) {
      keepRoom();
      deliverAnswers(guest, registry, answers);
      let pause = 0;
      guarded(() => {
        pause = guest.loop.turn();
      });
      return pause;
    },
    deliver(...answers) {
      keepRoom();
      deliverAnswers(guest, registry, answers);
    },
    beforeExit() {
      keepRoom();
      guest.loop.restart();
      guarded(() => {
        guest.loop.hold(() => emit("beforeExit", exitCode(guest.process, guest.privateSymbols) ?? 0));
      });
      enterGuarded(guest, guest.loop.settle);
      return guest.loop.isAlive() ? 1 : 0;
    },
    exit() {
      keepRoom();
      return exit(guest, program(), (code) => emit("exit", code));
    },
    collectExports(limitBytes) {
      keepRoom();
      program().collectExports(limitBytes);
      booted.compiler.keepCode();
    },
    collectGarbage() {
      keepRoom();
      guest.native.heap.collect();
    },
  };
}

/** Says to the program that it ends, and answers its exit code. */
function exit(guest: Guest, program: RunningProgram, emitExit: (code: number) => void): number {
  const fallback = program.isStalled() ? (guest.tables.exitCodes["kUnsettledTopLevelAwait"] ?? 13) : 0;
  const code = () => exitCode(guest.process, guest.privateSymbols) ?? fallback;
  enterGuarded(guest, () => {
    guest.loop.enter(() => {
      guest.process["_exiting"] = true;
      emitExit(code());
    });
    if (fallback !== 0) program.explainStall(code() !== 0);
    guest.beforeEnd();
  });
  return code();
}

const EXIT_CODE = 1;
const HAS_EXIT_CODE = 2;

/** What the program has set as `process.exitCode`. */
function exitCode(
  process: Record<PropertyKey, unknown>,
  privateSymbols: Readonly<Record<string, symbol>>,
): number | undefined {
  const fields = process[privateSymbols["exit_info_private_symbol"] as symbol] as Int32Array;
  return fields[HAS_EXIT_CODE] ? fields[EXIT_CODE] : undefined;
}
