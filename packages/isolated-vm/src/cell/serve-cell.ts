import { type OnReadOpts, Socket } from "node:net";
import type { ProcessControls } from "@vivarium/guest-node";
import { FrameAssembler } from "../channel/frame-assembler.ts";
import { decodeHostMessage } from "../channel/host-message.ts";
import { MAX_FRAME_BYTES } from "../channel/protocol.ts";
import { WireWriter } from "../channel/wire-writer.ts";
import { AnswerWait } from "./answer-wait.ts";
import { BlockingDescriptor } from "./blocking-descriptor.ts";
import { CellServer, type CellServerOptions } from "./cell-server.ts";

/** The two descriptors of a cell's channel; see `protocol.ts`. */
export interface CellDescriptors {
  readonly calls: number;
  readonly events: number;
}

export interface ServeCellOptions
  extends Pick<CellServerOptions, "openStock" | "confine" | "mustBeConfined" | "isShortLived" | "makeReplica"> {
  readonly controls: ProcessControls | undefined;
}

/** At once, from wherever: a guest may be on the stack, and nothing here is worth an orderly end. */
export function leave(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal is on its way to this thread.
  for (;;);
}

/** What a socket would take for each of its reads, however little comes, and give back. */
const READ_BYTES = 65_536;

/** Reads into the same bytes again and again, and passes on as many as have come. */
function exactly(onChunk: (chunk: Buffer) => void): OnReadOpts {
  return {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback(length, buffer) {
      onChunk(Buffer.from(buffer.subarray(0, length)));
      return true;
    },
  };
}

/** Does what the host says on this channel, for as long as it holds the other ends. */
export function serveCell({ calls, events }: CellDescriptors, { controls, ...options }: ServeCellOptions): void {
  const wait = new AnswerWait(controls, calls);
  const descriptor = new BlockingDescriptor(
    calls,
    MAX_FRAME_BYTES,
    leave,
    () => wait.wait(),
    () => controls?.hasInput(calls) ?? false,
  );
  const server = new CellServer({ descriptor, wait, writer: new WireWriter(), leave, ...options });
  const assembler = new FrameAssembler(MAX_FRAME_BYTES);
  const onMessages = (chunk: Buffer): void => {
    try {
      assembler.push(chunk);
      for (let body = assembler.next(); body !== undefined; body = assembler.next())
        server.take(decodeHostMessage(body));
    } catch (error) {
      server.fail(error);
    }
  };
  const messages = new Socket({ fd: events, readable: true, writable: false, onread: exactly(onMessages) });
  messages.resume();
  messages.on("end", leave);
  messages.on("error", leave);
  // The terminal's Ctrl-C is for the host, which may want to finish what runs.
  process.on("SIGINT", () => undefined);
  process.on("uncaughtException", (error) => server.fail(error));
}
