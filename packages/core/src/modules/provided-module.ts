import type { HostModule } from "./define-module.ts";

/** A module whose code runs in the guest; `defineSourceModule` makes it. */
export interface SourceModule {
  /** An ES module, or TypeScript where {@link SourceModule.filePath} ends in `.ts` or `.mts`. */
  readonly source: string;
  /** What its stacks call it. @default the name by which it is imported */
  readonly filePath?: string;
  /** All that it can import, by the names that it imports it by. */
  readonly imports: ReadonlyMap<string, ProvidedModule>;
  /** Of the whole, for whoever writes guests. */
  readonly description?: string;
  /** The statements of its declaration in TypeScript. */
  readonly declaration?: string;
}

/** What a guest can be given to import: functions of the host, or code that runs beside its own. */
export type ProvidedModule = HostModule | SourceModule;

/** Modules by the names that guests import them by. */
export type HostModules = Readonly<Record<string, ProvidedModule>>;

const brand: symbol = Symbol.for("vivarium.source-module");

export function brandSourceModule(module: SourceModule): SourceModule {
  return Object.freeze(Object.defineProperty(module, brand, { value: true }));
}

/** Whether a value is made by `defineSourceModule`. */
export function isSourceModule(value: unknown): value is SourceModule {
  return typeof value === "object" && value !== null && Reflect.get(value, brand) === true;
}
