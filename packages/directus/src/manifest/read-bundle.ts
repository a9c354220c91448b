import { isDeepStrictEqual } from "node:util";
import { ExtensionError } from "./extension-error.ts";
import type { BundleManifest, ExtensionManifest, RequestScope } from "./extension-manifest.ts";
import { appTypes, bundleSchema } from "./manifest-schema.ts";
import { invalid, KEY, parse, unsandboxed } from "./parse.ts";
import { type ParsedScopes, readScopes, scopeWarnings } from "./read-scopes.ts";
import type { ToldAppEntry, ToldBundle, ToldEntry, ToldSandbox } from "./told-manifest.ts";

const SCOPES = "sandbox.requestedScopes";

/**
 * Reads a bundle. What it asks for is what each of its entries has that says nothing itself; what an entry asks for is at
 * most that. Where the bundle has no `sandbox`, each entry for the API has its own.
 *
 * @param told what stands in `directus:extension`
 * @throws ExtensionError `ERR_EXTENSION_MANIFEST`, `ERR_EXTENSION_TYPE`, `ERR_EXTENSION_UNSANDBOXED`
 */
export function readBundle(
  name: string,
  version: string,
  told: Readonly<Record<string, unknown>>,
  ownScopes: readonly string[],
): BundleManifest {
  const bundle = parse(bundleSchema, told, name, [KEY]);
  const file = bundle.path.api;
  const entries = bundle.entries.flatMap((entry, index): ExtensionManifest[] => {
    if (!isForApi(entry)) return [];
    const field = `${KEY}.entries.${index}`;
    const scopes = entryScopes(name, bundle.sandbox, entry, field);
    return [
      {
        name: `${name}/${entry.name}`,
        version,
        type: entry.type,
        file,
        scopes: readScopes(scopes, ownScopes),
        warnings: scopeWarnings(entry.sandbox?.requestedScopes ?? {}, ownScopes, field),
        entry: { bundle: name, name: entry.name },
      },
    ];
  });
  assertEntries(name, bundle, entries);
  const warnings = scopeWarnings(bundle.sandbox?.requestedScopes ?? {}, ownScopes, KEY);
  return { name, version, type: "bundle", file, entries, warnings };
}

function isForApi(entry: ToldEntry | ToldAppEntry): entry is ToldEntry {
  return !appTypes.some((type) => type === entry.type);
}

function assertEntries(name: string, bundle: ToldBundle, entries: readonly ExtensionManifest[]): void {
  if (entries.length === 0) {
    throw new ExtensionError("ERR_EXTENSION_TYPE", `"${name}" has no code for the API: it is for the app`, {
      extension: name,
      field: `${KEY}.entries`,
    });
  }
  const seen = new Set<string>();
  for (const [index, entry] of bundle.entries.entries()) {
    const key = `${entry.type} ${entry.name}`;
    if (isForApi(entry) && seen.has(key)) {
      throw invalid(name, `${KEY}.entries.${index}.name`, `another ${entry.type} of the bundle has this name`);
    }
    seen.add(key);
  }
}

function entryScopes(bundle: string, whole: ToldSandbox | undefined, entry: ToldEntry, field: string): ParsedScopes {
  const own = entry.sandbox;
  const what = `"${entry.name}" of "${bundle}"`;
  if (whole !== undefined && whole.enabled !== true) throw unsandboxed(bundle, what, `${KEY}.sandbox.enabled`);
  if (own === undefined) {
    if (whole === undefined) throw unsandboxed(bundle, what, `${field}.sandbox.enabled`);
    return whole.requestedScopes ?? {};
  }
  if (own.enabled !== true) throw unsandboxed(bundle, what, `${field}.sandbox.enabled`);
  const asked = own.requestedScopes ?? {};
  return whole === undefined ? asked : narrowed(bundle, whole.requestedScopes ?? {}, asked, `${field}.${SCOPES}`);
}

/** What an entry asks for, all of which its bundle asks for, too. */
function narrowed(bundle: string, whole: ParsedScopes, asked: ParsedScopes, field: string): ParsedScopes {
  const missing = Object.keys(asked).find((scope) => !Object.hasOwn(whole, scope));
  if (missing !== undefined) {
    throw invalid(bundle, `${field}.${missing}`, `ask for it in ${KEY}.${SCOPES}, too, or in neither`);
  }
  // What a scope of the host's own means, and which of two is the narrower, the host knows alone.
  const other = Object.keys(asked).find(
    (scope) => !["log", "sleep", "request"].includes(scope) && !isDeepStrictEqual(asked[scope], whole[scope]),
  );
  if (other !== undefined) throw invalid(bundle, `${field}.${other}`, `say the same as ${KEY}.${SCOPES}.${other}`);
  const { request } = asked;
  if (request === undefined || whole.request === undefined) return asked;
  return { ...asked, request: narrowedRequest(bundle, whole.request, request, `${field}.request`) };
}

function narrowedRequest(bundle: string, whole: RequestScope, asked: RequestScope, field: string): RequestScope {
  const more = asked.methods.findIndex((method) => !whole.methods.includes(method));
  if (more >= 0) {
    throw invalid(bundle, `${field}.methods.${more}`, `ask for it in ${KEY}.${SCOPES}.request.methods, too`);
  }
  return { ...asked, within: whole.urls };
}
