import { type GuestEntries, invocationTargets } from "@vivarium/core";
import type { BootedGuest } from "./boot.ts";
import { enterGuarded } from "./enter-guarded.ts";
import { invoke } from "./invoke.ts";
import type { HostModules } from "./modules/host-modules.ts";
import type { RunningProgram } from "./program.ts";

/** `executionAsyncId()` of a program's main script. */
const MAIN_ASYNC_ID = 1;

/** The doors by which the kernel has a program evaluated, and calls what one that stays exports. */
export function programEntries(
  { guest, beginLoop }: BootedGuest,
  program: () => RunningProgram,
  modules: HostModules,
): Pick<GuestEntries, "main" | "load" | "invoke"> {
  const { keepRoom } = guest.native.stack;
  const evaluate = (run: () => void): void => {
    enterGuarded(guest, () => {
      guest.loop.hold(() => {
        guest.wraps.pushContext(MAIN_ASYNC_ID, 0, {});
        run();
        guest.wraps.popContext(MAIN_ASYNC_ID);
      });
    });
    enterGuarded(guest, guest.loop.settle);
    enterGuarded(guest, beginLoop);
  };
  return {
    main(code, filePath) {
      keepRoom();
      evaluate(() => program().run(code, filePath));
    },
    load(code, filePath) {
      keepRoom();
      evaluate(() => {
        program().run(code, filePath);
        program().onEvaluated(() => guest.calls.sync("program.loaded"));
      });
    },
    invoke(id, kind, target, length, limitBytes) {
      keepRoom();
      guest.loop.restart();
      const args = guest.calls.payload(length);
      const called = { guest, modules, exported: program().exported };
      const call = (): void => invoke(called, { id, kind: invocationTargets[kind], target, limitBytes }, args);
      enterGuarded(guest, () => guest.loop.poll(call));
      enterGuarded(guest, guest.loop.settle);
    },
  };
}
