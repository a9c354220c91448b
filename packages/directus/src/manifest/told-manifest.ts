import type { appTypes } from "./manifest-schema.ts";
import type { ParsedScopes } from "./read-scopes.ts";

/** What of a `package.json` is an extension's. */
export interface ToldPackage {
  readonly name: string;
  readonly version: string;
  readonly "directus:extension": Readonly<Record<string, unknown>>;
}

/** What is said of a sandbox. */
export interface ToldSandbox {
  readonly enabled?: boolean | undefined;
  readonly requestedScopes?: ParsedScopes | undefined;
}

/** Files, or sources, for the app and for the API. */
interface Halves {
  readonly app: string;
  readonly api: string;
}

/** What is said of an extension of its type. */
export type ToldExtension =
  | (ToldOf<"endpoint" | "hook", string> & { readonly sandbox?: ToldSandbox | undefined })
  | (ToldOf<"operation", Halves> & { readonly sandbox?: ToldSandbox | undefined })
  | ToldOf<(typeof appTypes)[number], string>
  | { readonly type: "bundle" };

interface ToldOf<Type, Path> {
  readonly type: Type;
  readonly host: string;
  readonly path: Path;
  readonly source: Path;
}

/** What is said of a bundle. */
export interface ToldBundle {
  readonly type: "bundle";
  readonly path: Halves;
  readonly sandbox?: ToldSandbox | undefined;
  readonly entries: readonly (ToldEntry | ToldAppEntry)[];
}

/** What a bundle says of one of its extensions. */
export interface ToldEntry {
  readonly type: "endpoint" | "hook" | "operation";
  readonly name: string;
  readonly sandbox?: ToldSandbox | undefined;
}

/** What a bundle says of an extension that is for the app alone. */
export interface ToldAppEntry {
  readonly type: (typeof appTypes)[number];
  readonly name: string;
}
