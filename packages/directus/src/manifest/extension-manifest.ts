import type { requestMethods } from "./manifest-schema.ts";

/** A method of HTTP that a `request` scope can grant: upper-case, as it stands in a manifest. */
export type RequestMethod = (typeof requestMethods)[number];

/** What an extension asks for, and is granted. */
export interface RequestedScopes {
  readonly log: boolean;
  readonly sleep: boolean;
  readonly request: RequestScope | undefined;
  /** Scopes of the host's own by their names, with what the extension says of each. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** What an extension may request over HTTP. */
export interface RequestScope {
  /** Patterns, one of which a URL has to match. */
  readonly urls: readonly string[];
  /** Patterns of its bundle, one of which a URL has to match as well. */
  readonly within?: readonly string[];
  readonly methods: readonly RequestMethod[];
}

/** An extension that asks for a sandbox, as its `package.json` tells of it. */
export interface ExtensionManifest {
  /** The name of its package, beneath which endpoints are mounted; of an entry of a bundle `bundle/entry`. */
  readonly name: string;
  readonly version: string;
  readonly type: "endpoint" | "hook" | "operation";
  /** The file of its code for the API, relative to its folder. */
  readonly file: string;
  readonly scopes: RequestedScopes;
  /** What it says that means nothing here, in words for its author. */
  readonly warnings: readonly string[];
  /** Which one of a bundle it is, if it is one. */
  readonly entry?: BundleEntry;
}

/** One of several extensions in a package. */
export interface BundleEntry {
  /** The name of the package. */
  readonly bundle: string;
  /** Its own, by which the code of the package exports it; endpoints are mounted beneath it. */
  readonly name: string;
}

/** Several extensions in a package, each of which has a sandbox. */
export interface BundleManifest {
  /** The name of the package. */
  readonly name: string;
  readonly version: string;
  readonly type: "bundle";
  /** The file of their code for the API, relative to the folder. */
  readonly file: string;
  /** Those with code for the API. */
  readonly entries: readonly ExtensionManifest[];
  /** What it says that means nothing here, in words for its author. */
  readonly warnings: readonly string[];
}

/** What a package is, as its `package.json` tells of it. */
export type PackageManifest = ExtensionManifest | BundleManifest;
