import { createFileSystemError } from "@vivarium/core";
import type { HeldPath } from "./held-path.ts";
import { assertWritable, type HostContext, withHeld, withName } from "./host-context.ts";
import { look } from "./host-names.ts";
import { assertPlainMode } from "./host-open-file.ts";
import { type Steps, wait } from "./steps.ts";

/** Milliseconds are told, the system takes seconds. */
const SECOND = 1_000;

export function* chmod(host: HostContext, path: string, mode: number): Steps<void> {
  assertPlainMode(mode);
  yield* onNoLink(host, path, ({ way }) => wait(host.brief.chmod(way, mode & 0o1777)));
}

export function* chown(host: HostContext, path: string, uid: number, gid: number): Steps<void> {
  yield* onNoLink(host, path, ({ way }) => wait(host.brief.chown(way, uid, gid)));
}

export function* utimes(host: HostContext, path: string, atimeMs: number, mtimeMs: number): Steps<void> {
  yield* onNoLink(host, path, ({ way }) => wait(host.brief.utimes(way, atimeMs / SECOND, mtimeMs / SECOND)));
}

export function* lchown(host: HostContext, path: string, uid: number, gid: number): Steps<void> {
  yield* onName(host, path, (way) => wait(host.brief.lchown(way, uid, gid)));
}

export function* lutimes(host: HostContext, path: string, atimeMs: number, mtimeMs: number): Steps<void> {
  yield* onName(host, path, (way) => wait(host.brief.lutimes(way, atimeMs / SECOND, mtimeMs / SECOND)));
}

function* onNoLink(host: HostContext, path: string, act: (held: HeldPath) => Steps<void>): Steps<void> {
  assertWritable(host);
  yield* withHeld(host, path, function* (held) {
    if (held.stats.isSymbolicLink()) throw createFileSystemError("ELOOP");
    yield* act(held);
  });
}

/** By its name in its directory; for the root, which has none, as it is held. */
function* onName(host: HostContext, path: string, act: (way: string) => Steps<void>): Steps<void> {
  assertWritable(host);
  if (path === "/") return yield* withHeld(host, path, ({ way }) => act(`${way}/.`));
  yield* look(host, path);
  yield* withName(host, path, act);
}
