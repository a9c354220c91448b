import type * as z from "zod";
import { ExtensionError } from "./extension-error.ts";
import { extensionSchema, packageSchema, type requestMethods } from "./manifest-schema.ts";

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
  readonly methods: readonly RequestMethod[];
}

/** An extension that asks for a sandbox, as its `package.json` tells of it. */
export interface ExtensionManifest {
  /** The name of its package: endpoints are mounted beneath it. */
  readonly name: string;
  readonly version: string;
  readonly type: "endpoint" | "hook" | "operation";
  /** The file of its code for the API, relative to its folder. */
  readonly file: string;
  readonly scopes: RequestedScopes;
  /** What it says that means nothing here, in words for its author. */
  readonly warnings: readonly string[];
}

const KEY = "directus:extension";

/**
 * Reads a `package.json`.
 *
 * @param content its parsed content
 * @param ownScopes names of scopes that the host defines
 * @throws ExtensionError `ERR_EXTENSION_MANIFEST`, `ERR_EXTENSION_TYPE`, `ERR_EXTENSION_UNSANDBOXED`
 */
export function readManifest(content: unknown, ownScopes: readonly string[] = []): ExtensionManifest {
  const { name, version, [KEY]: told } = parse(packageSchema, content, undefined, []);
  const extension = parse(extensionSchema, told, name, [KEY]);
  if (extension.type === "bundle") {
    const remedy = "publish each of its extensions as a package of its own";
    throw new ExtensionError("ERR_EXTENSION_TYPE", `"${name}" is a bundle, which has no sandbox`, {
      extension: name,
      field: `${KEY}.type`,
      remedy,
    });
  }
  if (extension.type !== "endpoint" && extension.type !== "hook" && extension.type !== "operation") {
    throw new ExtensionError("ERR_EXTENSION_TYPE", `"${name}" has no code for the API: it is for the app`, {
      extension: name,
      field: `${KEY}.type`,
    });
  }
  const { sandbox } = extension;
  if (sandbox?.enabled !== true) {
    throw new ExtensionError(
      "ERR_EXTENSION_UNSANDBOXED",
      `"${name}" does not ask for a sandbox, and runs in none other`,
      {
        extension: name,
        field: `${KEY}.sandbox.enabled`,
        remedy: 'set it to true and name what it needs in "requestedScopes"',
      },
    );
  }
  const scopes = sandbox.requestedScopes ?? {};
  return {
    name,
    version,
    type: extension.type,
    file: typeof extension.path === "string" ? extension.path : extension.path.api,
    scopes: readScopes(scopes, ownScopes),
    warnings: warningsOf(scopes, ownScopes),
  };
}

function readScopes(scopes: ParsedScopes, ownScopes: readonly string[]): RequestedScopes {
  const own = Object.entries(scopes).filter(([name]) => ownScopes.includes(name));
  return {
    log: scopes.log !== undefined,
    sleep: scopes.sleep !== undefined,
    request: scopes.request,
    own: Object.freeze(Object.fromEntries(own)),
  };
}

interface ParsedScopes {
  readonly [name: string]: unknown;
  readonly log?: unknown;
  readonly sleep?: unknown;
  readonly request?: RequestScope | undefined;
}

const KNOWN_SCOPES: readonly string[] = ["log", "sleep", "request"];

function warningsOf(scopes: ParsedScopes, ownScopes: readonly string[]): readonly string[] {
  const unknown = Object.keys(scopes).filter((name) => !KNOWN_SCOPES.includes(name) && !ownScopes.includes(name));
  return unknown.map((name) => {
    const field = `${KEY}.sandbox.requestedScopes.${name}`;
    return name === "methods" || name === "urls"
      ? `${field} grants nothing: it belongs into "request"`
      : `${field} grants nothing: there is no such scope here`;
  });
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  extension: string | undefined,
  within: readonly string[],
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const field = [...within, ...(issue?.path ?? [])].join(".");
  const who =
    extension === undefined ? "This is no package of an extension" : `The manifest of "${extension}" is not valid`;
  throw new ExtensionError("ERR_EXTENSION_MANIFEST", who, {
    ...(extension !== undefined && { extension }),
    ...(field !== "" && { field }),
    remedy: issue?.message ?? "see its documentation",
  });
}
