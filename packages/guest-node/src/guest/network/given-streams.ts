import { withoutPrototype } from "../past-prototypes.ts";
import { JSONParse, JSONStringify } from "../primordial.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import type { SocketName } from "./own-listeners.ts";
import { nameFrom } from "./socket-names.ts";

const UV_EBADF = -9;

/** What a stream that one guest gives to another stands for. */
export interface GivenNote {
  readonly kind: "tcp" | "pipe";
  /** Whether it is a listener, over whose stream connections are given. */
  readonly listens: boolean;
  readonly local?: SocketName | undefined;
  readonly remote?: SocketName | undefined;
  /** Of a listener: 0, or the errno with which it could not listen. */
  readonly status: number;
}

/** A stream that was given, by its number. */
export interface GivenStream {
  readonly stream: number;
  readonly note: GivenNote;
}

/** A new stream, the other end of which whoever is at the other side of a channel may take: its number, or an errno. */
export function giveStream(core: StreamCore, channel: number, note: GivenNote): number {
  const { kind, listens, local, remote, status } = note;
  const told = withoutPrototype({ kind, listens, local: plain(local), remote: plain(remote), status });
  const stream = core.guest.calls.sync("stream.give", channel, JSONStringify(told) ?? "");
  return typeof stream === "number" ? stream : UV_EBADF;
}

/** What the other side of a channel has given first. */
export function takeStream(core: StreamCore, channel: number): GivenStream | undefined {
  const answer = core.guest.calls.sync("stream.take", channel);
  if (typeof answer !== "string" || answer === "") return undefined;
  const { stream, note } = JSONParse(answer) as { readonly stream: number; readonly note: string };
  return { stream, note: readNote(note) };
}

/** It is the other guest that says so: whatever it says, it is a note. */
export function readNote(text: string): GivenNote {
  const told: Partial<Record<keyof GivenNote, unknown>> = withoutPrototype({ ...parsed(text) });
  return {
    kind: told.kind === "pipe" ? "pipe" : "tcp",
    listens: told.listens === true,
    local: nameFrom(told.local),
    remote: nameFrom(told.remote),
    status: typeof told.status === "number" ? told.status : 0,
  };
}

function parsed(text: string): object | undefined {
  try {
    return JSONParse(text) as object;
  } catch {
    return undefined;
  }
}

function plain(name: SocketName | undefined): SocketName | undefined {
  return name === undefined ? undefined : withoutPrototype({ ...name });
}
