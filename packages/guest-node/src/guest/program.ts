import { collectExports } from "./exports.ts";
import { writeToStderr } from "./fatal-exception.ts";
import type { Guest } from "./guest.ts";
import {
  globalObject,
  ObjectDefineProperty,
  PromisePrototypeThen,
  StringPrototypeEndsWith,
  StringPrototypeRepeat,
  StringPrototypeSlice,
} from "./primordial.ts";

/** The program of one guest, from its source text to its exports. */
export interface Program {
  run(code: string, filePath: string): void;
  /** Whether the entry point is a module that still waits at its top level. */
  isStalled(): boolean;
  /** Tells stderr where it waits. */
  explainStall(): void;
  collectExports(limitBytes: number): void;
}

interface CommonJsModule {
  exports: unknown;
}

interface ModuleLoader {
  eval(source: string, url: string, isEntryPoint: boolean): Promise<{ readonly namespace: object }>;
}

interface StalledModule {
  getStalledTopLevelAwaits?(): [file: unknown, line: number, column: number, source: string][];
}

interface ProgramState {
  /** What the program exports, once it is known how it was loaded. */
  exported: (() => unknown) | undefined;
}

export function runProgram(guest: Guest): Program {
  const state: ProgramState = { exported: undefined };
  return {
    run(code, filePath) {
      prepare(guest);
      const { resolve } = library(guest, "path") as { resolve(path: string): string };
      const filename = resolve(filePath);
      const argv = guest.process["argv"] as string[];
      ObjectDefineProperty(argv, 1, { value: filename, writable: true, enumerable: true, configurable: true });
      if (loadsAsModule(guest, code, filename)) runModule(guest, state, code, filename);
      else runCommonJs(guest, state, code, filename);
    },
    isStalled() {
      const promise = entryPointPromise(guest);
      return promise !== undefined && guest.native.util.getPromiseDetails(promise)?.[0] === guest.native.util.kPending;
    },
    explainStall() {
      const symbol = guest.privateSymbols["entry_point_module_private_symbol"] as symbol;
      const entry = (globalObject as Record<symbol, unknown>)[symbol] as StalledModule | undefined;
      const places = entry?.getStalledTopLevelAwaits?.() ?? [];
      for (let index = 0; index < places.length; index++) {
        const place = places[index];
        if (place === undefined) continue;
        const arrow = `${StringPrototypeRepeat(" ", place[2])}^`;
        writeToStderr(
          guest,
          `Warning: Detected unsettled top-level await at ${place[0] as string}:${place[1]}\n${place[3]}\n${arrow}\n\n\n\n`,
        );
      }
    },
    collectExports(limitBytes) {
      collectExports(guest, () => state.exported?.(), limitBytes);
    },
  };
}

function library(guest: Guest, id: string): Record<string, unknown> {
  return guest.library.require(id);
}

function entryPointPromise(guest: Guest): object | undefined {
  const symbol = guest.privateSymbols["entry_point_promise_private_symbol"] as symbol;
  return (globalObject as Record<symbol, unknown>)[symbol] as object | undefined;
}

function prepare(guest: Guest): void {
  const execution = library(guest, "internal/process/pre_execution") as {
    prepareMainThreadExecution(expandArgv1: boolean): unknown;
    markBootstrapComplete(): void;
  };
  execution.prepareMainThreadExecution(false);
  closeInternals(guest);
  execution.markBootstrapComplete();
}

/** A program has no way to a binding, unless it was started to test Node itself. */
function closeInternals(guest: Guest): void {
  if (guest.options()["--expose-internals"] === true) return;
  const { process } = guest;
  for (const name of ["binding", "_linkedBinding"] as const) {
    const closed = {
      [name]() {
        throw guest.errors.coded(
          "Error",
          "ERR_ACCESS_DENIED",
          `Access to this API has been restricted: process.${name}`,
        );
      },
    }[name];
    process[name] = closed;
  }
}

const ALWAYS_MODULE = [".mjs", ".mts"] as const;
const ALWAYS_COMMONJS = [".cjs", ".cts", ".json", ".node"] as const;

function endsWithOneOf(text: string, endings: readonly string[]): boolean {
  for (let index = 0; index < endings.length; index++) {
    if (StringPrototypeEndsWith(text, endings[index] ?? "")) return true;
  }
  return false;
}

/** Which loader the entry point belongs to: its extension, its package, or else its syntax. */
function loadsAsModule(guest: Guest, code: string, filename: string): boolean {
  if (endsWithOneOf(filename, ALWAYS_MODULE)) return true;
  if (endsWithOneOf(filename, ALWAYS_COMMONJS)) return false;
  const { pathToFileURL } = library(guest, "internal/url") as { pathToFileURL(path: string): object };
  const { defaultGetFormatWithoutErrors } = library(guest, "internal/modules/esm/get_format") as {
    defaultGetFormatWithoutErrors(url: object, context: object): string | null | undefined;
  };
  const format = defaultGetFormatWithoutErrors(pathToFileURL(filename), { __proto__: null, source: code });
  if (format === "module" || format === "module-typescript") return true;
  if (format !== null && format !== undefined) return false;
  return guest.native.contextify.containsModuleSyntax(code, filename, undefined, undefined);
}

function runCommonJs(guest: Guest, state: ProgramState, code: string, filename: string): void {
  const { Module, wrapModuleLoad } = library(guest, "internal/modules/cjs/loader") as {
    Module: { readonly _cache: Record<string, CommonJsModule | undefined> };
    wrapModuleLoad(request: string, parent: null, isMain: boolean, options: object): unknown;
  };
  // A program may delete itself from the cache; what it exports is then what its module object says.
  let main: CommonJsModule | undefined;
  state.exported = () => (main ?? (guest.process["mainModule"] as CommonJsModule | undefined))?.exports;
  const resolved = { __proto__: null, filename, format: undefined, url: undefined };
  wrapModuleLoad(filename, null, true, { __proto__: null, resolved, source: withoutByteOrderMark(code) });
  main = Module._cache[filename];
}

function withoutByteOrderMark(code: string): string {
  return code[0] === "\ufeff" ? StringPrototypeSlice(code, 1) : code;
}

function runModule(guest: Guest, state: ProgramState, code: string, filename: string): void {
  const { runEntryPointWithESMLoader } = library(guest, "internal/modules/run_main") as {
    runEntryPointWithESMLoader(callback: (loader: ModuleLoader) => Promise<unknown>): unknown;
  };
  const { pathToFileURL } = library(guest, "internal/url") as {
    pathToFileURL(path: string): { readonly href: string };
  };
  const { href } = pathToFileURL(filename);
  runEntryPointWithESMLoader((loader) => {
    const source = endsWithOneOf(filename, [".ts", ".mts"]) ? strip(guest, code, filename, href) : code;
    return PromisePrototypeThen(loader.eval(source, href, true), ({ namespace }) => {
      state.exported = () => namespace;
    });
  });
}

function strip(guest: Guest, code: string, filename: string, url: string): string {
  const { stripTypeScriptModuleTypes } = library(guest, "internal/modules/typescript") as {
    stripTypeScriptModuleTypes(source: string, filename: string, url: string): string;
  };
  return stripTypeScriptModuleTypes(code, filename, url);
}
