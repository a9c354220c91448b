import { VivariumError } from "../errors/vivarium-error.ts";
import { optional, readFilePath, readOptions, readText } from "../options/validate-options.ts";
import { brandSourceModule, type HostModules, type SourceModule } from "./provided-module.ts";
import { readModules } from "./read-modules.ts";

/** What is said of a source module beside its code. */
export interface SourceModuleOptions {
  /** Absolute path that its stacks call it by; `.ts` and `.mts` say that it is TypeScript. @default its name */
  readonly filePath?: string;
  /** All that it can import. What is here, a program that imports this module cannot import for that. @default nothing */
  readonly imports?: HostModules;
  /** One or more sentences for whoever writes guests: a comment in the declaration that `moduleTypes()` writes. */
  readonly description?: string;
  /** The statements of its declaration in TypeScript, as they stand in `declare module`. @default nothing is known of it */
  readonly declaration?: string;
}

const optionNames: readonly string[] = ["filePath", "imports", "description", "declaration"];

/**
 * Makes a module of source code that runs in the guest: a library for programs, an adapter between them and functions of
 * the host, or a stranger's code that a program of yours imports. It is evaluated once in each guest that imports it.
 *
 * It imports what its `imports` name and nothing else. That keeps names apart and is no wall: a guest is one realm, and the
 * host believes no part of it more than another.
 *
 * @param source an ES module; TypeScript where `filePath` says so
 * @throws VivariumError `ERR_INVALID_PROGRAM`, `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`, `ERR_INVALID_MODULE`
 */
export function defineSourceModule(source: string, options: SourceModuleOptions = {}): SourceModule {
  if (typeof source !== "string") {
    const wanted = "a string of source code";
    throw new VivariumError("ERR_INVALID_PROGRAM", { part: "the source module", wanted, actual: source });
  }
  const given = readOptions(options, "defineSourceModule()", optionNames);
  const filePath = optional(given["filePath"], readFilePath);
  const description = optional(given["description"], readText("description"));
  const declaration = optional(given["declaration"], readText("declaration"));
  return brandSourceModule({
    source,
    imports: readModules(given["imports"]),
    ...(filePath !== undefined && { filePath }),
    ...(description !== undefined && { description }),
    ...(declaration !== undefined && { declaration }),
  });
}
