import type { Binding, Guest } from "../guest.ts";
import { createPackageJsonReader } from "../package-json-reader.ts";
import { ObjectDefineProperty } from "../past-prototypes.ts";
import { StringPrototypeLastIndexOf, StringPrototypeSlice } from "../primordial.ts";

/** package.json files, as the module loaders want them; there is no compile cache on disk. */
export function modulesBinding(guest: Guest): Binding {
  const reader = createPackageJsonReader(guest);
  const toPath = (url: string): string => {
    const { fileURLToPath } = guest.library.require("internal/url") as { fileURLToPath(url: string): string };
    return fileURLToPath(url);
  };
  return {
    __proto__: null,
    ...guest.tables.bindings["modules"]?.values,
    readPackageJSON: (path: string, _isESM: boolean, base: string | undefined, specifier: string | undefined) =>
      reader.read(path, base, specifier),
    getNearestParentPackageJSON: (file: string) => reader.nearest(file),
    getNearestParentPackageJSONType: (file: string) => reader.nearest(file)?.[2] ?? "none",
    getPackageScopeConfig(url: string) {
      if (!isFile(url)) return `${url}`;
      const path = toPath(url);
      return reader.nearest(path) ?? rootPackage(path);
    },
    getPackageType(url: string) {
      return isFile(url) ? reader.nearest(toPath(url))?.[2] : undefined;
    },
    enableCompileCache: () => [DISABLED],
    getCompileCacheDir: () => undefined,
    flushCompileCache() {},
    getCompileCacheEntry: () => undefined,
    saveCompileCacheEntry() {},
    setLazyPathHelpers(meta: object, url: string) {
      const filename = toPath(url);
      const own = (name: string, value: string) => {
        ObjectDefineProperty(meta, name, { value, writable: true, enumerable: true, configurable: true });
      };
      own("dirname", StringPrototypeSlice(filename, 0, StringPrototypeLastIndexOf(filename, "/")) || "/");
      own("filename", filename);
    },
  };
}

/** Index of `DISABLED` in `compileCacheStatus`. */
const DISABLED = 3;

function isFile(url: string): boolean {
  return StringPrototypeSlice(url, 0, 5) === "file:";
}

// Where the search ended: the package.json at the root, which is not there.
function rootPackage(_path: string): string {
  return "/package.json";
}
