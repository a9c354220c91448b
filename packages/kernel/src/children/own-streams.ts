import { CURRENT_POSITION, errnoCodeOf, isPromiseLike, type MaybePromise, type SystemCallScalar } from "@vivarium/core";
import type { CallAnswer } from "../system-calls/call-answer.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { OwnStreams } from "./child-streams.ts";

/** Serves a call as if the guest had made it. */
export type Serve = (
  name: "fs.read" | "fs.write" | "fs.moduleStat",
  args: readonly SystemCallScalar[],
  input: Uint8Array,
) => MaybePromise<CallAnswer>;

const STDIN = 0;
const DIRECTORY = 1;
const PIECE_BYTES = 65_536;
const nothing = new Uint8Array(0);

/** The guest's standard streams for its children: what they read and write, the guest might have. */
export function ownStreams(serve: Serve): OwnStreams {
  let ended: CallAnswer["ended"];
  const assertTaken = (answer: CallAnswer): void => {
    ended ??= answer.ended;
    if (answer.ended !== undefined) throw new CallFailure("EPIPE");
    assertSucceeded(answer.result);
  };
  return {
    get ended() {
      return ended;
    },
    async read() {
      const { payload, result } = await serve("fs.read", [STDIN, PIECE_BYTES, CURRENT_POSITION], nothing);
      assertSucceeded(result);
      // A copy: the answer may be made in memory that the next call has.
      return payload === undefined ? nothing : new Uint8Array(payload);
    },
    write(fd, chunk) {
      const answer = serve("fs.write", [fd, CURRENT_POSITION], chunk);
      if (isPromiseLike(answer)) return answer.then(assertTaken);
      return assertTaken(answer);
    },
    isDirectory(path) {
      const answer = serve("fs.moduleStat", [path], nothing);
      return isPromiseLike(answer) ? answer.then(({ result }) => result === DIRECTORY) : answer.result === DIRECTORY;
    },
  };
}

function assertSucceeded(result: CallAnswer["result"]): void {
  if (typeof result === "number" && result < 0) throw new CallFailure(errnoCodeOf(result) ?? "EIO");
}
