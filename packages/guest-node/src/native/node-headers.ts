import { existsSync, globSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { NativeHelperError } from "./native-helper-error.ts";

/**
 * The folder with `v8.h` of the Node that runs this process: beside its executable, in the npm package that carried
 * it, where the package manager put that, or where node-gyp keeps downloads.
 *
 * @throws {NativeHelperError} `ERR_NATIVE_HEADERS_MISSING`
 */
export function locateNodeHeaders(): string {
  for (const folder of candidates()) {
    if (existsSync(join(folder, "v8.h")) && existsSync(join(folder, "node_version.h"))) return folder;
  }
  throw new NativeHelperError(
    "ERR_NATIVE_HEADERS_MISSING",
    `No C++ headers of Node ${process.version}: install Node with its headers, add the npm package ` +
      `node@${process.versions.node} as a devDependency, or set VIVARIUM_NODE_HEADERS to a folder that holds v8.h.`,
  );
}

/** The npm package that carries the Node which runs this process, headers and all. */
export function nodeCarrier(): string {
  return `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
}

function* candidates(): Generator<string> {
  const named = process.env["VIVARIUM_NODE_HEADERS"];
  if (named !== undefined && named !== "") yield named;
  const root = dirname(dirname(realpathSync(process.execPath)));
  const carrier = nodeCarrier();
  yield join(root, "include/node");
  yield join(root, "node_modules", carrier, "include/node");
  yield join(dirname(root), carrier, "include/node");
  yield* pnpmStore(root, carrier);
  yield* resolved(carrier);
  const cache = process.env["XDG_CACHE_HOME"] ?? join(process.env["HOME"] ?? "/nonexistent", ".cache");
  yield join(cache, "node-gyp", process.versions.node, "include/node");
}

/** pnpm keeps every package in a folder of its own beside the others. */
function* pnpmStore(root: string, carrier: string): Generator<string> {
  const marker = root.lastIndexOf("/.pnpm/");
  if (marker < 0) return;
  const store = root.slice(0, marker + "/.pnpm".length);
  const pattern = `${carrier}@${process.versions.node}/node_modules/${carrier}/include/node`;
  for (const match of globSync(pattern, { cwd: store })) yield join(store, match);
}

function* resolved(carrier: string): Generator<string> {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${carrier}/package.json`);
    yield join(dirname(manifest), "include/node");
  } catch {
    // Not installed: the next candidate.
  }
}
