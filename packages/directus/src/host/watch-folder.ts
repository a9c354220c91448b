import { lstatSync, statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { watch } from "chokidar";
import { isPassedOver } from "./find-packages.ts";

/** Watches the extensions in a folder until it is closed. */
export interface FolderWatch extends AsyncDisposable {
  close(): Promise<void>;
}

/** Files are written one after the other. */
const QUIET_MS = 100;

/**
 * Tells of each package in a folder when something in it has changed and then nothing for a moment. One package is told of
 * at a time.
 *
 * @param onChange is waited for; what it throws is its own affair
 * @param onError is told of what cannot be watched
 */
export async function watchFolder(
  folder: string,
  onChange: (folder: string) => Promise<void>,
  onError: (error: unknown) => void,
): Promise<FolderWatch> {
  const root = resolve(folder);
  const waiting = new Map<string, NodeJS.Timeout>();
  let line = Promise.resolve();
  const watcher = watch(root, { ignoreInitial: true, ignored: (path) => isIgnored(root, path) });
  watcher.on("error", onError);
  watcher.on("all", (_event, path) => {
    const changed = packageOf(root, path);
    if (changed === undefined) return;
    clearTimeout(waiting.get(changed));
    const tell = (): void => {
      waiting.delete(changed);
      line = line.then(() => onChange(changed)).catch(() => undefined);
    };
    waiting.set(changed, setTimeout(tell, QUIET_MS));
  });
  await new Promise<void>((ready) => watcher.once("ready", ready));
  const close = async (): Promise<void> => {
    await watcher.close();
    for (const timer of waiting.values()) clearTimeout(timer);
    await line;
  };
  return { close, [Symbol.asyncDispose]: close };
}

/**
 * A package may be a link to its folder. One within a package is not followed: it may lead anywhere, to all that the host
 * has; nor is one that leads in a circle, at which the watcher would fail.
 */
function isIgnored(root: string, path: string): boolean {
  const inside = relative(root, path);
  if (inside === "") return false;
  const parts = inside.split(sep);
  if (parts.some(isPassedOver)) return true;
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink && (parts.length > depthOf(parts) || !isThere(path));
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** How many names lead to a package. */
function depthOf([first]: readonly string[]): number {
  return first?.startsWith("@") === true ? 2 : 1;
}

/** The folder of the package in which a path lies. */
function packageOf(root: string, path: string): string | undefined {
  const parts = relative(root, path).split(sep);
  const depth = depthOf(parts);
  if (parts.length < depth || parts[0] === "" || parts[0] === "..") return undefined;
  return resolve(root, ...parts.slice(0, depth));
}
