import type { Guest } from "./guest.ts";
import {
  JSONParse,
  JSONStringify,
  MapPrototypeGet,
  MapPrototypeHas,
  MapPrototypeSet,
  ObjectHasOwn,
  StringPrototypeEndsWith,
  StringPrototypeLastIndexOf,
  StringPrototypeSlice,
} from "./primordial.ts";

/** name, main, type, imports and exports (plain or as JSON), path: what Node's package.json reader deserializes. */
export type PackageRecord = readonly [
  name: string | undefined,
  main: string | undefined,
  type: "module" | "commonjs" | "none",
  imports: string | null,
  exports: string | null,
  path: string,
];

export interface PackageJsonReader {
  /**
   * The record of one package.json; undefined when there is none.
   * @throws `ERR_INVALID_PACKAGE_CONFIG` when it is no JSON object
   */
  read(path: string, base?: string, specifier?: string): PackageRecord | undefined;
  /** The nearest one above a file, not beyond a `node_modules`. */
  nearest(file: string): PackageRecord | undefined;
}

/** Reads package.json files over system calls; each is read once. */
export function createPackageJsonReader(guest: Guest): PackageJsonReader {
  const cache = new Map<string, PackageRecord | undefined>();
  const reader: PackageJsonReader = {
    read(path, base, specifier) {
      if (MapPrototypeHas(cache, path)) return MapPrototypeGet(cache, path);
      const text = readText(guest, path);
      const record = text === undefined ? undefined : parse(guest, text, path, base, specifier);
      MapPrototypeSet(cache, path, record);
      return record;
    },
    nearest(file) {
      let end = StringPrototypeLastIndexOf(file, "/");
      while (end >= 0) {
        const folder = StringPrototypeSlice(file, 0, end);
        if (!StringPrototypeEndsWith(folder, "/node_modules")) {
          const record = reader.read(`${folder}/package.json`);
          if (record !== undefined) return record;
        }
        if (end === 0) return undefined;
        end = StringPrototypeLastIndexOf(folder, "/");
      }
      return undefined;
    },
  };
  return reader;
}

function readText(guest: Guest, path: string): string | undefined {
  if (guest.calls.sync("fs.moduleStat", path) !== 0) return undefined;
  const length = guest.calls.sync("fs.readFile", path, 0);
  if (typeof length !== "number" || length < 0) return undefined;
  const bytes = guest.calls.payload(length);
  return guest.native.encoding.decodeUTF8(bytes, false, false);
}

function parse(guest: Guest, text: string, path: string, base?: string, specifier?: string): PackageRecord {
  let content: unknown;
  try {
    content = JSONParse(text);
  } catch {
    throw invalid(guest, path, base, specifier);
  }
  if (typeof content !== "object" || content === null) throw invalid(guest, path, base, specifier);
  const fields = content as Readonly<Record<string, unknown>>;
  const own = (name: string) => (ObjectHasOwn(fields, name) ? fields[name] : undefined);
  const type = own("type");
  return [
    asString(own("name")),
    asString(own("main")),
    type === "module" || type === "commonjs" ? type : "none",
    serialized(own("imports")),
    serialized(own("exports")),
    path,
  ];
}

function asString(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

// A string stays as it is, anything structured becomes JSON; scalars of other kinds count as absent or null.
function serialized(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === "string") return value;
  return JSONStringify(value) ?? null;
}

function invalid(guest: Guest, path: string, base?: string, specifier?: string): Error {
  let message = `Invalid package config ${path}.`;
  if (base !== undefined && specifier !== undefined) {
    message = `Invalid package config ${path} while importing "${specifier}" from ${base}.`;
  }
  return guest.errors.coded("Error", "ERR_INVALID_PACKAGE_CONFIG", message);
}
