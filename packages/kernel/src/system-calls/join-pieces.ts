import { CURRENT_POSITION, type SystemCallScalar } from "@vivarium/core";
import { joined } from "../file-system/joined-chunks.ts";
import { PIECE_BYTES } from "../file-system/piece-bytes.ts";
import type { CallAnswer, HostCallName } from "./call-answer.ts";
import type { HostPort } from "./host-port.ts";

interface Asked {
  readonly name: HostCallName;
  readonly args: readonly SystemCallScalar[];
}

/** One call of a guest as several of the host's: it asks, is told the answer, and ends with the guest's. */
type Gathering = Generator<Asked, CallAnswer, CallAnswer>;

/**
 * A port on which long content is one answer, though the host gives it in pieces; the names in a directory get their
 * order here too. Both take as long as a guest likes, and here it is the guest's own time. `onPiece` hears of every
 * piece before it is asked for.
 */
export function joinPieces(port: HostPort, onPiece: () => void): HostPort {
  const pieces = noticed(port, onPiece);
  return {
    call(name, args, input) {
      const gathering = longRead(name, args);
      if (gathering !== undefined) return callAll(pieces, gathering);
      const answer = port.call(name, args, input);
      const rest = restOf(name, answer);
      return inOrder(name, rest === undefined ? answer : callAll(pieces, rest));
    },
    request(name, args, input) {
      const gathering = longRead(name, args);
      if (gathering !== undefined) return requestAll(pieces, gathering);
      const answer = port.request(name, args, input);
      if (!(answer instanceof Promise)) return finish(pieces, name, answer);
      return isWhole.has(name) ? answer.then((known) => finish(pieces, name, known)) : answer;
    },
  };
}

function noticed(port: HostPort, onCall: () => void): HostPort {
  return {
    call(...asked) {
      onCall();
      return port.call(...asked);
    },
    request(...asked) {
      onCall();
      return port.request(...asked);
    },
  };
}

/** Calls whose answers {@link finish} works on. */
const isWhole: ReadonlySet<string> = new Set<HostCallName>(["fs.readFile", "fs.readRest", "fs.readdir", "fs.freaddir"]);

function finish(port: HostPort, name: HostCallName, answer: CallAnswer): CallAnswer | Promise<CallAnswer> {
  const rest = restOf(name, answer);
  return rest === undefined ? inOrder(name, answer) : requestAll(port, rest).then((whole) => inOrder(name, whole));
}

function callAll(port: HostPort, gathering: Gathering): CallAnswer {
  let step = gathering.next();
  while (step.done !== true) step = gathering.next(port.call(step.value.name, step.value.args, noBytes));
  return step.value;
}

async function requestAll(port: HostPort, gathering: Gathering): Promise<CallAnswer> {
  let step = gathering.next();
  while (step.done !== true) step = gathering.next(await port.request(step.value.name, step.value.args, noBytes));
  return step.value;
}

const noBytes = new Uint8Array(0);

function longRead(name: HostCallName, args: readonly SystemCallScalar[]): Gathering | undefined {
  if (name !== "fs.read") return undefined;
  const [fd, length, position] = args;
  if (typeof fd !== "number" || typeof length !== "number" || typeof position !== "number") return undefined;
  return fd > STREAM_FDS_MAX && length > PIECE_BYTES ? readLong(fd, length, position) : undefined;
}

function restOf(name: HostCallName, { more, payload }: CallAnswer): Gathering | undefined {
  return more === undefined || payload === undefined ? undefined : readRest(name, more, payload);
}

/** Standard streams answer with what there is, and a guest expects no more of them. */
const STREAM_FDS_MAX = 2;
function* readLong(fd: number, length: number, position: number): Gathering {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const wanted = Math.min(PIECE_BYTES, length - total);
    const answer = yield { name: "fs.read", args: [fd, wanted, position < 0 ? CURRENT_POSITION : position + total] };
    if (answer.payload === undefined) return total === 0 ? answer : whole(pieces, total);
    pieces.push(answer.payload);
    total += answer.payload.byteLength;
    if (answer.payload.byteLength < wanted || total === length) return whole(pieces, total);
  }
}

/** What follows a beginning. The descriptor is the guest's own, or was opened for this call and is closed with it. */
function* readRest(name: HostCallName, fd: number, beginning: Uint8Array): Gathering {
  const pieces = [beginning];
  let total = beginning.byteLength;
  for (let more: number | undefined = fd, failure: CallAnswer | undefined; ; ) {
    const answer: CallAnswer = yield { name: "fs.readRest", args: [more] };
    if (answer.payload === undefined) failure = answer;
    else {
      pieces.push(answer.payload);
      total += answer.payload.byteLength;
      more = answer.more;
      if (more !== undefined) continue;
    }
    if (name === "fs.readFile") yield { name: "fs.close", args: [fd] };
    return failure ?? whole(pieces, total);
  }
}

function whole(pieces: readonly Uint8Array[], total: number): CallAnswer {
  return { result: total, payload: joined(pieces, total) };
}

/** As the kernel has made it: a name may begin with what would be a byte order mark. */
const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The entries of a directory in the order of their names. */
function inOrder(name: HostCallName, answer: CallAnswer): CallAnswer {
  if (name !== "fs.readdir" && name !== "fs.freaddir") return answer;
  const { result, payload } = answer;
  const text = payload === undefined ? result : textDecoder.decode(payload);
  if (typeof text !== "string") return answer;
  const entries = text.split("\0").sort((a, b) => (a.slice(1) < b.slice(1) ? -1 : 1));
  return { result: entries.join("\0") };
}
