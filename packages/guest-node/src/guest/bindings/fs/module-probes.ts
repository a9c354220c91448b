import type { Binding, Guest } from "../../guest.ts";
import { StringPrototypeStartsWith } from "../../primordial.ts";
import { fileURLText } from "./file-url-text.ts";
import type { FsParts } from "./fs-parts.ts";
import { joined } from "./quick-look.ts";

/** What may stand behind a package's `main`, in the order in which it is tried. */
const mainEndings = ["", ".js", ".json", ".node", "/index.js", "/index.json", "/index.node"];
const indexFiles = ["index.js", "index.json", "index.node"];

const MODULE_FILE = 0;
const FORMAT_JAVASCRIPT = 0;
const FORMAT_WASM = 1;
const wasmMagic = [0x00, 0x61, 0x73, 0x6d];

/** Questions of Node's module loaders. */
export function moduleProbes({ guest, text }: FsParts): Binding {
  const isFile = (path: string): boolean => guest.calls.sync("fs.moduleStat", path) === MODULE_FILE;
  return {
    legacyMainResolve: (directory: unknown, main: unknown, base: unknown) => {
      const root = text.path(directory);
      if (typeof main === "string") {
        for (let index = 0; index < mainEndings.length; index++) {
          const file = `${main}${mainEndings[index] ?? ""}`;
          if (isFile(StringPrototypeStartsWith(main, "/") ? file : joined(root, file))) return index;
        }
      }
      for (let index = 0; index < indexFiles.length; index++) {
        if (isFile(joined(root, indexFiles[index] ?? ""))) return mainEndings.length + index;
      }
      throw notFound(guest, root, base);
    },
    getFormatOfExtensionlessFile: (target: unknown) => formatOf(guest, text.path(target)),
  };
}

function notFound(guest: Guest, root: string, base: unknown): Error {
  const importer = typeof base === "string" ? ` imported from ${fileURLText(guest, base)}` : "";
  return guest.errors.coded("Error", "ERR_MODULE_NOT_FOUND", `Cannot find package '${root}'${importer}`);
}

/** WebAssembly is known by its first bytes; all else is JavaScript. */
function formatOf(guest: Guest, path: string): number {
  const { calls } = guest;
  const fd = calls.sync("fs.open", path, 0, 0);
  if (typeof fd !== "number" || fd < 0) return FORMAT_JAVASCRIPT;
  const count = calls.sync("fs.read", fd, wasmMagic.length, 0);
  let isWasm = count === wasmMagic.length;
  if (isWasm) {
    const head = calls.payload(wasmMagic.length);
    for (let index = 0; index < wasmMagic.length; index++) isWasm &&= head[index] === wasmMagic[index];
  }
  calls.sync("fs.close", fd);
  return isWasm ? FORMAT_WASM : FORMAT_JAVASCRIPT;
}
