import type { GuestEntry } from "@vivarium/core";
import { closeInternals } from "./close-internals.ts";
import { adoptEntryPoint, withoutByteOrderMark } from "./entry-point.ts";
import { explainStall, type StalledAwait } from "./explain-stall.ts";
import { collectExports } from "./exports.ts";
import { exposeCollector } from "./expose-collector.ts";
import type { Guest } from "./guest.ts";
import type { LibraryCompiler, LibraryFunction } from "./library-compiler.ts";
import { limitStackTraces } from "./limit-stack-traces.ts";
import { adoptHostModules } from "./modules/adopt-host-modules.ts";
import type { HostModules } from "./modules/host-modules.ts";
import { PromisePrototypeThen } from "./past-prototypes.ts";
import { globalObject } from "./primordial.ts";
import { adoptLoaderHooks } from "./workers/loader-hooks.ts";
import { runThread } from "./workers/run-thread.ts";

/** The program of one guest, from its source text to its exports. */
export interface RunningProgram {
  run(code: string, filePath: string): void;
  /** Whether the entry point is a module that still waits at its top level. */
  isStalled(): boolean;
  /** Tells stderr where it waits, and the kernel, if that is why the program fails. */
  explainStall(fails: boolean): void;
  /** Calls back once the entry point has run to its end; not for one that fails. */
  onEvaluated(callback: () => void): void;
  /** What the entry point exports by now. */
  exported(): unknown;
  collectExports(limitBytes: number): void;
}

/** A program that Node's loaders run. */
export interface Program extends RunningProgram {
  /** Readies the library for a program, once the guest knows who it is. */
  prepare(): void;
  /** Makes a file the entry point, and runs it. Answers what makes the loaders forget it. */
  enter(code: string, filename: string): () => void;
}

/** What Node's library keeps of the entry point when that is an ES module. */
interface EntryModule {
  getStatus(): number;
  getNamespace(): object;
  getStalledTopLevelAwaits?(): StalledAwait[];
}

interface CommonJsModule {
  readonly exports: unknown;
}

interface CommonJsModules {
  readonly _cache: Readonly<Record<string, CommonJsModule | undefined>>;
}

/** What Node runs when it is given a file: the loaders find the program as its entry point. */
const MAIN = "internal/main/run_main_module";
const mains = {
  __proto__: null,
  file: MAIN,
  eval: "internal/main/eval_string",
  stdin: "internal/main/eval_stdin",
  test: "internal/main/test_runner",
  check: "internal/main/check_syntax",
  watch: "internal/main/watch_mode",
  repl: "internal/main/repl",
} as const;
const PRE_EXECUTION = "internal/process/pre_execution";

interface PreExecution extends Record<string, unknown> {
  prepareMainThreadExecution(expandArgv1: boolean, initializeModules?: boolean): unknown;
  prepareTestRunnerMainExecution(loadUserModules: boolean): unknown;
}

export function runProgram(guest: Guest, compiler: LibraryCompiler, modules: HostModules): Program {
  // A program may have left the cache already; what it exports is then what its module object says.
  let main: CommonJsModule | undefined;
  let runMain: LibraryFunction | undefined;
  const prepare = (entry: GuestEntry = "file"): void => {
    prepareLibrary(guest, entry);
    closeInternals(guest);
    exposeCollector(guest);
    limitStackTraces(guest);
  };
  /** What `node` does that is told what to run; it prepares nothing a second time. */
  const runMainOf = (id: string): void => {
    const prepared = {
      ...library(guest, PRE_EXECUTION),
      prepareMainThreadExecution: () => (guest.process["argv"] as readonly string[])[1],
      prepareTestRunnerMainExecution: () => undefined,
    };
    const require = (name: string) => (name === PRE_EXECUTION ? prepared : library(guest, name));
    compiler.compile(id)(guest.process, require, guest.library.internalBinding, guest.primordials);
  };
  const enter = (code: string, filename: string): (() => void) => {
    const forget = adoptEntryPoint(guest, { filename, source: withoutByteOrderMark(code) });
    const prepared = { ...library(guest, PRE_EXECUTION), prepareMainThreadExecution: () => filename };
    const require = (id: string) => (id === PRE_EXECUTION ? prepared : library(guest, id));
    runMain ??= compiler.compile(MAIN);
    runMain(guest.process, require, guest.library.internalBinding, guest.primordials);
    return forget;
  };
  const isStalled = (): boolean => {
    const promise = kept(guest, "entry_point_promise_private_symbol");
    return promise !== undefined && guest.native.util.getPromiseDetails(promise)?.[0] === guest.native.util.kPending;
  };
  const exported = (): unknown => exportsOf(guest, main ?? (guest.process["mainModule"] as CommonJsModule | undefined));
  return {
    prepare,
    enter,
    run(code, filePath) {
      const { entry = "code" } = guest.config;
      adoptLoaderHooks(guest);
      if (entry !== "worker") prepare(entry);
      modules.begin(guest.config.modules);
      adoptHostModules(guest, modules);
      if (entry === "worker") {
        runThread(guest, compiler);
        return;
      }
      if (entry !== "code") {
        runMainOf(mains[entry]);
        return;
      }
      const { resolve } = library(guest, "path") as { resolve(path: string): string };
      const filename = resolve(filePath);
      enter(code, filename);
      const { Module } = library(guest, "internal/modules/cjs/loader") as { Module: CommonJsModules };
      main = Module._cache[filename];
    },
    isStalled,
    explainStall(fails) {
      explainStall(guest, entryModule(guest)?.getStalledTopLevelAwaits?.() ?? [], fails);
    },
    onEvaluated(callback) {
      const promise = kept(guest, "entry_point_promise_private_symbol") as Promise<unknown> | undefined;
      if (promise === undefined) callback();
      // What comes of this is rejected in its stead, and goes the way of all uncaught errors.
      else PromisePrototypeThen(promise, callback, undefined);
    },
    exported,
    collectExports(limitBytes) {
      // What it would have exported is not there, or not all of it.
      if (isStalled()) return;
      collectExports(guest, exported, limitBytes);
    },
  };
}

/** Readies the library as Node does before it runs what it was told to. */
function prepareLibrary(guest: Guest, entry: GuestEntry): void {
  const preExecution = library(guest, PRE_EXECUTION) as PreExecution;
  if (entry === "test") {
    // Where tests share one process, the runner itself loads what is to be loaded before them.
    preExecution.prepareTestRunnerMainExecution(guest.options()["--test-isolation"] !== "none");
  } else if (entry === "watch") preExecution.prepareMainThreadExecution(false, false);
  else preExecution.prepareMainThreadExecution(entry === "code" || entry === "file" || entry === "check");
}

/** Nothing of an ES module that has not run to its end. */
function exportsOf(guest: Guest, main: CommonJsModule | undefined): unknown {
  const module = entryModule(guest);
  if (module === undefined) return main?.exports;
  return module.getStatus() === guest.native.moduleWrap.kEvaluated ? module.getNamespace() : undefined;
}

function library(guest: Guest, id: string): Record<string, unknown> {
  return guest.library.require(id);
}

/** What the library keeps on the global object under one of its private symbols. */
function kept(guest: Guest, name: string): object | undefined {
  return (globalObject as Record<symbol, object | undefined>)[guest.privateSymbols[name] as symbol];
}

function entryModule(guest: Guest): EntryModule | undefined {
  return kept(guest, "entry_point_module_private_symbol") as EntryModule | undefined;
}
