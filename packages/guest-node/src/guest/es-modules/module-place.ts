import type { NativeModule } from "../../native/native-module-wrap.ts";

/** Attributes of an import (`with { type: "json" }`), without prototype. */
export type ImportAttributes = Readonly<Record<string, string>>;

/** Takes a module record that was made, or what keeps it from being made. */
export interface ModuleTaker {
  made(module: NativeModule): void;
  failed(error: unknown): void;
}

/** What a specifier means. */
export interface ModulePlace {
  /** The same for the same module. */
  readonly key: string;
  /** Makes its record, at once or later; answers once. */
  open(taker: ModuleTaker): void;
}

/** Finds what a specifier means for the module (its name) or script that imports it; throws where it means nothing. */
export type ResolveModule = (specifier: string, referrer: string, attributes: ImportAttributes) => ModulePlace;
