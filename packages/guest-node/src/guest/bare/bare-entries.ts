import {
  BARE_BUNDLE,
  encodeInert,
  type GuestConfig,
  type GuestEntries,
  invocationTargets,
  UNHANDLED_REJECTIONS,
} from "@vivarium/core";
import { deliverAnswers } from "../deliver-answers.ts";
import { enterGuarded } from "../enter-guarded.ts";
import { createEntryModule } from "../es-modules/entry-module.ts";
import { createClockFreeze } from "../frozen-realm.ts";
import { invoke } from "../invoke.ts";
import type { LibraryFunction } from "../library-compiler.ts";
import { globalObject, JSONParse } from "../primordial.ts";
import type { BareGuest } from "./boot-bare.ts";

/** Node's exit code for a program whose top-level await never comes to an end. */
const UNSETTLED = 13;

/** The doors by which the kernel enters a bare guest. */
export function createBareEntries(bare: BareGuest, uncached: LibraryFunction | undefined): GuestEntries {
  const { guest, registry, graph, finalizers } = bare;
  const { native, calls, loop } = guest;
  const program = createEntryModule(guest, graph);
  // First of all in every entry: no program's code may run without.
  const { keepRoom } = native.stack;
  const evaluate = (code: string, filePath: string, onEvaluated: () => void): void => {
    keepRoom();
    bare.entryName = filePath;
    enterGuarded(guest, () => loop.hold(() => program.run(code, filePath, filePath, onEvaluated)));
    enterGuarded(guest, loop.settle);
  };
  return {
    rehearse() {
      keepRoom();
      rehearse(bare);
    },
    start(config) {
      keepRoom();
      const { modules, options } = JSONParse(config) as GuestConfig;
      bare.modules.begin(modules);
      bare.warnsOfRejections = options[UNHANDLED_REJECTIONS] === "warn";
      native.control.seedRandom();
      if (calls.sync("clock.isFrozen") === 1) {
        createClockFreeze(native).begin(globalObject, calls.sync("clock.epoch") as number);
      }
      loop.waiters.begin();
      finalizers.begin();
    },
    main: (code, filePath) => evaluate(code, filePath, () => undefined),
    load: (code, filePath) => evaluate(code, filePath, () => calls.sync("program.loaded")),
    invoke(id, kind, target, length, limitBytes) {
      keepRoom();
      loop.restart();
      const args = calls.payload(length);
      const called = { guest, modules: bare.modules, exported: program.exported };
      const invocation = { id, kind: invocationTargets[kind], target, limitBytes };
      enterGuarded(guest, () => loop.poll(() => invoke(called, invocation, args)));
      enterGuarded(guest, loop.settle);
    },
    turn(...answers) {
      keepRoom();
      deliverAnswers(guest, registry, answers);
      let pause = 0;
      enterGuarded(guest, () => {
        pause = loop.turn();
      });
      return pause;
    },
    deliver(...answers) {
      keepRoom();
      deliverAnswers(guest, registry, answers);
    },
    beforeExit: () => 0,
    exit() {
      keepRoom();
      if (!program.isStalled()) return 0;
      enterGuarded(guest, () => program.explainStall(true));
      return UNSETTLED;
    },
    collectExports(limitBytes) {
      keepRoom();
      program.collectExports(limitBytes);
      if (uncached !== undefined) keepCode(bare, uncached);
    },
    collectGarbage() {
      keepRoom();
      native.heap.collect();
    },
  };
}

/** What most programs need, done once before there is one; nothing of it stays that a program could see. */
function rehearse({ guest: { native, loop } }: BareGuest): void {
  const { moduleWrap } = native;
  const { handle } = moduleWrap.createSourceTextModule("/rehearse", undefined, "export default 1");
  moduleWrap.link(handle, []);
  moduleWrap.instantiate(handle);
  moduleWrap.evaluate(handle);
  loop.settle();
  native.microtasks.performCheckpoint();
  encodeInert(RESULT, { predicates: native.types, limitBytes: RESULT_LIMIT_BYTES });
}

/** A little of what programs export. */
const RESULT = { text: "text", list: [1, true, null, undefined], nested: { map: new Map([["key", new Date(0)]]) } };
const RESULT_LIMIT_BYTES = 1024 * 1024;

/** The errno by which the kernel says that it keeps nothing. */
const EPERM = -1;
const NOTHING = new Uint8Array();

/** Hands the kernel the code cache of the bundle, with all that has run of it; heeded while a cell prepares itself. */
function keepCode({ guest: { native, calls } }: BareGuest, uncached: LibraryFunction): void {
  // Making it is work: asks first.
  if (calls.syncWithInput("library.keep", NOTHING, BARE_BUNDLE) === EPERM) return;
  const code = native.contextify.createFunctionCachedData(uncached);
  if (code !== undefined) calls.syncWithInput("library.keep", code, BARE_BUNDLE);
}
