import { withoutByteOrderMark } from "../entry-point.ts";
import { hostModulePlace, syntheticModule } from "../es-modules/host-modules.ts";
import { coded, moduleNotFound } from "../es-modules/module-errors.ts";
import type { ImportAttributes, ModulePlace, ModuleTaker, ResolveModule } from "../es-modules/module-place.ts";
import { readModuleText } from "../es-modules/module-text.ts";
import type { Guest } from "../guest.ts";
import type { HostModules } from "../modules/host-modules.ts";
import { JSONParse, ReflectOwnKeys, StringPrototypeEndsWith, StringPrototypeStartsWith } from "../primordial.ts";

/** Files and their names, as Node's library has them: unlike what a program reaches, nobody has replaced it. */
export interface FileNames {
  /** @throws for what is no URL */
  resolve(specifier: string, base: string): string;
  /** @throws for a URL that names no file */
  toPath(url: string): string;
  toUrl(path: string): string;
}

const REMEDY =
  'a web guest imports files, by a relative or absolute path or a "file:" URL, and modules of its host: nothing of Node, no packages';

const ENOENT = -2;

/**
 * What a specifier means in a web guest: a module of its host's, or a file that its `fs` check lets it read.
 *
 * @param entry the URL of the program, for code that has none
 */
export function resolveWeb(guest: Guest, names: FileNames, entry: string, modules: HostModules): ResolveModule {
  return (specifier, referrer, attributes) => {
    const place = hostModulePlace(guest, modules, specifier, referrer);
    if (place !== undefined) return place;
    if (!namesFile(specifier)) throw moduleNotFound(specifier, referrer, REMEDY);
    const base = StringPrototypeStartsWith(referrer, "file:") ? referrer : entry;
    return filePlace(guest, names, names.resolve(specifier, base), attributes);
  };
}

function namesFile(specifier: string): boolean {
  return (
    StringPrototypeStartsWith(specifier, "./") ||
    StringPrototypeStartsWith(specifier, "../") ||
    StringPrototypeStartsWith(specifier, "/") ||
    StringPrototypeStartsWith(specifier, "file:")
  );
}

function filePlace(guest: Guest, names: FileNames, url: string, attributes: ImportAttributes): ModulePlace {
  const path = names.toPath(url);
  const isJson = hasTypeJson(attributes);
  if (!isJson && !isScript(path)) throw unknownExtension(path);
  return {
    key: isJson ? `json ${url}` : url,
    open(taker) {
      readFile(guest, path, url, taker, (text) =>
        isJson
          ? syntheticModule(guest.native.moduleWrap, url, { default: parseJson(text, path) })
          : guest.native.moduleWrap.createSourceTextModule(url, undefined, readModuleText(guest.calls, text, path))
              .handle,
      );
    },
  };
}

/** @throws for any other attribute */
function hasTypeJson(attributes: ImportAttributes): boolean {
  const keys = ReflectOwnKeys(attributes);
  if (keys.length === 0) return false;
  if (keys.length === 1 && attributes["type"] === "json") return true;
  throw coded(
    () => new TypeError('the one import attribute is type, and "json" its value'),
    "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED",
  );
}

const SCRIPTS = [".js", ".mjs", ".ts", ".mts", ".cjs", ".cts"] as const;

function isScript(path: string): boolean {
  for (let index = 0; index < SCRIPTS.length; index++) {
    if (StringPrototypeEndsWith(path, SCRIPTS[index] as string)) return true;
  }
  return false;
}

function unknownExtension(path: string): Error {
  if (StringPrototypeEndsWith(path, ".json"))
    return coded(() => new TypeError(`${path} needs the attribute type: "json"`), "ERR_IMPORT_ATTRIBUTE_MISSING");
  return coded(() => new TypeError(`${path} is no module by its extension`), "ERR_UNKNOWN_FILE_EXTENSION");
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSONParse(text);
  } catch {
    throw new SyntaxError(`${path} is no JSON`);
  }
}

type Make = (text: string) => ReturnType<typeof syntheticModule>;

function readFile(guest: Guest, path: string, url: string, taker: ModuleTaker, make: Make): void {
  const { calls, native } = guest;
  calls.request("fs.readFile", [path, 0], (result, reason) => {
    let module: ReturnType<Make>;
    try {
      if (typeof result !== "number" || result < 0) throw unreadable(guest, Number(result), path, url, reason);
      module = make(withoutByteOrderMark(native.encoding.decodeUTF8(calls.payload(result))));
    } catch (error) {
      taker.failed(error);
      return;
    }
    taker.made(module);
  });
}

function unreadable(guest: Guest, errno: number, path: string, url: string, reason: string | undefined): Error {
  if (errno === ENOENT)
    return coded(() => new Error(`Cannot find module '${path}' imported as ${url}`), "ERR_MODULE_NOT_FOUND");
  return guest.errors.uvException(errno, { syscall: "open", path, reason });
}
