import { serialize } from "node:v8";
import type { Limits } from "@vivarium/core";
import { createGuestConfig, HostCalls, type HostPort } from "@vivarium/kernel";
import { createInMemoryFileSystem, replicaSourceOf } from "@vivarium/memfs";
import { NO_RUN } from "../channel/addressed.ts";
import { encodeCallAnswer } from "../channel/call-answer-wire.ts";
import { decodeCellMessage } from "../channel/cell-message.ts";
import { FrameAssembler } from "../channel/frame-assembler.ts";
import { type GuestBase, guestKind } from "../channel/guest-kind.ts";
import { type CellProgram, decodeHostMessage, encodeHostMessage, type HostMessage } from "../channel/host-message.ts";
import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES, PROTOCOL_VERSION } from "../channel/protocol.ts";
import { WireWriter } from "../channel/wire-writer.ts";
import { cellPackagesOf } from "../packages/cell-packages.ts";
import type { CellReplica } from "../replica/cell-replica.ts";
import { CellServer } from "./cell-server.ts";
import type { FrameDescriptor } from "./channel-host-port.ts";
import type { GuestStock } from "./guest-stock.ts";
import { makeReplica } from "./make-replica.ts";
import { ownPackages } from "./own-packages.ts";
import { emptyWorld, ownExecution } from "./own-program.ts";

/** The number of our run. */
const OWN_RUN = 1;

/** A little of what short programs do. */
const PROGRAMS: Readonly<Record<GuestBase, string>> = {
  node: `
console.log("text");
console.error("text");
try {
  require("fs").writeFileSync("/file", require("fs").readFileSync("/folder/file"));
  require("fs").readFileSync("/missing");
} catch {}
require("own");
import("own/module").catch(() => {});
for (let looks = 0; looks < 200; looks++) {
  const { existsSync, lstatSync, readFileSync, statSync } = require("fs");
  existsSync("/node_modules/own/missing.js");
  statSync("/node_modules/own/missing.js", { throwIfNoEntry: false });
  lstatSync("/node_modules/own/main.js");
  readFileSync("/node_modules/own/main.js", "utf8");
}
try {
  require("own/missing");
} catch {}
setTimeout(() => {}, 0);
require("fs").promises.stat("/missing").catch(() => {});
module.exports = { text: "", list: [1, true, null] };
`,
  bare: `
await Promise.resolve();
await import("missing").catch(() => {});
export const list = [1, true, null, "text"];
`,
};

/**
 * Lets this process play both ends of a cell's channel for one run of our own program, in a guest of its own that is
 * denied everything: whatever copy is made of it then finds a cell's code compiled and its buffers made.
 */
export async function rehearseCell(stock: GuestStock, base: GuestBase): Promise<void> {
  const execution = ownExecution(PROGRAMS[base], base, false);
  const run = { systemDriver: { ...emptyWorld, packages: ownPackages }, execution, onDiagnostic: () => undefined };
  const hostCalls = new HostCalls(run);
  const config = await createGuestConfig(run);
  const { code, filePath, mode, limits } = execution;
  const replica: CellReplica = { kind: "load", policy: { rule: "allow" }, state: serialize(smallWorld()) };
  const program: CellProgram = {
    code,
    filePath,
    mode,
    limits,
    config,
    frozenTimeMs: undefined,
    replica,
    packages: cellPackagesOf(ownPackages),
  };
  const channel = new Loopback(hostCalls.inlinePort(), limits);
  try {
    await channel.run(stock, [
      { kind: "hello", protocol: PROTOCOL_VERSION, isShared: false },
      { kind: "prepare", guestKind: guestKind(base, limits.memoryLimit) },
      { kind: "execute", program },
    ]);
  } finally {
    await hostCalls.dispose();
  }
}

/** What the host would send of a filesystem. */
function smallWorld(): unknown {
  const filesystem = createInMemoryFileSystem();
  filesystem.writeFile("/folder/file", "text");
  return replicaSourceOf(filesystem)?.capture();
}

/** Both ends of a channel: what the cell writes is answered before it reads. */
class Loopback implements FrameDescriptor {
  readonly #port: HostPort;
  readonly #limits: Limits;
  readonly #writer: WireWriter = new WireWriter();
  readonly #said: FrameAssembler = new FrameAssembler(MAX_FRAME_BYTES);
  readonly #told: FrameAssembler = new FrameAssembler(MAX_FRAME_BYTES);
  readonly #finished: PromiseWithResolvers<void> = Promise.withResolvers();
  #server: CellServer | undefined;
  #answer: Buffer = Buffer.alloc(0);

  constructor(port: HostPort, limits: Limits) {
    this.#port = port;
    this.#limits = limits;
  }

  async run(stock: GuestStock, messages: readonly HostMessage[]): Promise<void> {
    this.#server = new CellServer({
      descriptor: this,
      writer: new WireWriter(),
      openStock: () => stock,
      leavesTasks: true,
      makeReplica,
      leave: () => {
        throw new Error("The rehearsal has failed");
      },
    });
    for (const message of messages) this.#tell(message);
    await this.#finished.promise;
    this.#server.dispose();
  }

  writeSoon(frame: Uint8Array): void {
    this.write(frame);
  }

  write(frame: Uint8Array): void {
    this.#said.push(Buffer.from(frame));
    for (let body = this.#said.next(); body !== undefined; body = this.#said.next()) this.#hear(body);
  }

  exchange(frame: Uint8Array): Buffer {
    this.write(frame);
    return this.#answer;
  }

  poll(): undefined {}

  next(): never {
    throw new Error("Nothing more is to come");
  }

  #hear(body: Buffer): void {
    const { message } = decodeCellMessage(body, () => this.#limits);
    if (message.kind === "finished") this.#finished.resolve();
    if (message.kind !== "call") return;
    const { name, request, args, input } = message;
    if (request === 0) {
      const frame = encodeCallAnswer(this.#writer, this.#port.call(name, args, input));
      this.#answer = Buffer.from(frame.subarray(FRAME_HEADER_BYTES));
      return;
    }
    void Promise.resolve(this.#port.request(name, args, input)).then((answer) =>
      this.#tell({ kind: "completion", request, answer }),
    );
  }

  #tell(message: HostMessage): void {
    const run = message.kind === "execute" || message.kind === "completion" ? OWN_RUN : NO_RUN;
    this.#told.push(Buffer.from(encodeHostMessage(this.#writer, message, run)));
    for (let body = this.#told.next(); body !== undefined; body = this.#told.next()) {
      this.#server?.take(decodeHostMessage(body));
    }
  }
}
