import {
  type Execution,
  type GuestConfig,
  type InvocationTarget,
  invocationTargets,
  type Limits,
} from "@vivarium/core";
import type { CallAnswer, PlacedInvocation } from "@vivarium/kernel";
import { type CellPackages, readCellPackages, writeCellPackages } from "../packages/cell-packages.ts";
import { type CellReplica, readCellReplica, writeCellReplica } from "../replica/cell-replica.ts";
import { type Addressed, NO_RUN } from "./addressed.ts";
import { readCallAnswer, writeCallAnswer } from "./call-answer-wire.ts";
import { readGuestConfig, writeGuestConfig } from "./guest-config-wire.ts";
import { type GuestKind, readGuestKind, writeGuestKind } from "./guest-kind.ts";
import { PROTOCOL_VERSION, WireError } from "./protocol.ts";
import { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

/** What a cell is told of a program, beyond what the host keeps to itself. */
export interface CellProgram {
  readonly code: string;
  readonly filePath: string;
  readonly mode: Execution["mode"];
  readonly config: GuestConfig;
  readonly limits: Limits;
  /** The time at which every clock of the guest stands still, in milliseconds since the epoch. */
  readonly frozenTimeMs: number | undefined;
  readonly replica: CellReplica;
  readonly packages: CellPackages | undefined;
}

/** What a host says unasked. */
export type HostMessage =
  /** The first words: which protocol the cell is to speak, and whether it is to have several runs at a time. */
  | { readonly kind: "hello"; readonly protocol: number; readonly isShared: boolean }
  /** Boot a guest of this kind and let it wait. */
  | { readonly kind: "prepare"; readonly guestKind: GuestKind }
  | { readonly kind: "execute"; readonly program: CellProgram }
  /** The answer to an asynchronous system call. */
  | { readonly kind: "completion"; readonly request: number; readonly answer: CallAnswer }
  /** Call something of a program. */
  | { readonly kind: "invoke"; readonly invocation: PlacedInvocation }
  /** Nobody waits for what comes of a call. */
  | { readonly kind: "cancel"; readonly invocation: number }
  /** Tell what a program that stays has used. */
  | { readonly kind: "ask-usage" }
  /** End the program as soon as its stack is empty. */
  | { readonly kind: "abort" };

/** The modes of a program, in the order of their numbers on the wire. */
const modes: readonly Execution["mode"][] = ["run", "exec", "load"];

const KIND = {
  hello: 1,
  prepare: 2,
  execute: 3,
  completion: 4,
  abort: 5,
  invoke: 6,
  cancel: 7,
  "ask-usage": 8,
} as const;

/** The frame of a message; valid until the writer begins another. */
export function encodeHostMessage(writer: WireWriter, message: HostMessage, run: number = NO_RUN): Buffer {
  writer.begin(KIND[message.kind]).u32(run);
  switch (message.kind) {
    case "hello":
      return writer.u32(message.protocol).boolean(message.isShared).frame();
    case "prepare":
      return writeGuestKind(writer, message.guestKind).frame();
    case "execute":
      writeProgram(writer, message.program);
      return writer.frame();
    case "completion":
      writer.u32(message.request);
      writeCallAnswer(writer, message.answer);
      return writer.frame();
    case "invoke":
      return writeInvocation(writer, message.invocation);
    case "cancel":
      return writer.u32(message.invocation).frame();
    case "ask-usage":
    case "abort":
      return writer.frame();
    default:
      return message satisfies never;
  }
}

/**
 * Reads one message. Its bytes are views of `body`.
 * @throws {WireError} for anything but one whole message of a known kind.
 */
export function decodeHostMessage(body: Buffer): Addressed<HostMessage> {
  const reader = new WireReader(body);
  const kind = reader.u8();
  const run = reader.u32();
  const message = readMessage(kind, reader);
  reader.end();
  return { run, message };
}

function readMessage(kind: number, reader: WireReader): HostMessage {
  switch (kind) {
    case KIND.hello: {
      const protocol = reader.u32();
      if (protocol !== PROTOCOL_VERSION) throw new WireError(`The host speaks version ${protocol} of the protocol`);
      return { kind: "hello", protocol, isShared: reader.boolean() };
    }
    case KIND.prepare:
      return { kind: "prepare", guestKind: readGuestKind(reader) };
    case KIND.execute:
      return { kind: "execute", program: readProgram(reader) };
    case KIND.completion:
      return { kind: "completion", request: reader.u32(), answer: readCallAnswer(reader) };
    case KIND.invoke:
      return { kind: "invoke", invocation: readInvocation(reader) };
    case KIND.cancel:
      return { kind: "cancel", invocation: reader.u32() };
    case KIND["ask-usage"]:
      return { kind: "ask-usage" };
    case KIND.abort:
      return { kind: "abort" };
    default:
      throw new WireError("A message is of an unknown kind");
  }
}

function writeInvocation(writer: WireWriter, { id, target, args, cpuTimeLimitMs }: PlacedInvocation): Buffer {
  writer.u32(id).u8(invocationTargets.indexOf(target.kind));
  if (target.kind === "export") writer.string(target.name);
  else writer.u32(target.id);
  return writer.f64(cpuTimeLimitMs).bytes(args).frame();
}

function readInvocation(reader: WireReader): PlacedInvocation {
  const id = reader.u32();
  const target = readTarget(reader);
  return { id, target, cpuTimeLimitMs: readAmount(reader), args: reader.bytes() };
}

function readTarget(reader: WireReader): InvocationTarget {
  const kind = invocationTargets[reader.u8()];
  if (kind === undefined) throw new WireError("Something unknown of a guest is to be called");
  return kind === "export" ? { kind, name: reader.string() } : { kind, id: reader.u32() };
}

function writeProgram(writer: WireWriter, program: CellProgram): void {
  const { limits } = program;
  writer.string(program.code).string(program.filePath).u8(modes.indexOf(program.mode));
  writeGuestConfig(writer, program.config);
  writer
    .f64(limits.memoryLimit)
    .f64(limits.processOverheadLimit)
    .f64(limits.cpuTimeLimitMs)
    .f64(limits.wallTimeLimitMs);
  writer.f64(limits.outputLimitBytes).f64(limits.resultLimitBytes).f64(limits.openFilesLimit);
  writer.f64(limits.systemCallLimit).f64(limits.systemCallRateLimit).f64(limits.pendingCallsLimit);
  writer.f64(limits.timersLimit);
  writer.f64(limits.threadsLimit);
  writer.f64(program.frozenTimeMs ?? Number.NaN);
  writeCellReplica(writer, program.replica);
  writeCellPackages(writer, program.packages);
}

function readProgram(reader: WireReader): CellProgram {
  const code = reader.string();
  const filePath = reader.string();
  const mode = modes[reader.u8()];
  if (mode === undefined) throw new WireError("A program is to be run in an unknown way");
  const config = readGuestConfig(reader);
  const limits: Limits = {
    memoryLimit: readAmount(reader),
    processOverheadLimit: readAmount(reader),
    cpuTimeLimitMs: readAmount(reader),
    wallTimeLimitMs: readAmount(reader),
    outputLimitBytes: readAmount(reader),
    resultLimitBytes: readAmount(reader),
    openFilesLimit: readAmount(reader),
    systemCallLimit: readAmount(reader),
    systemCallRateLimit: readAmount(reader),
    pendingCallsLimit: readAmount(reader),
    timersLimit: readAmount(reader),
    threadsLimit: readAmount(reader),
  };
  const frozen = reader.f64();
  const frozenTimeMs = Number.isNaN(frozen) ? undefined : frozen;
  const replica = readCellReplica(reader);
  return { code, filePath, mode, config, limits, frozenTimeMs, replica, packages: readCellPackages(reader) };
}

function readAmount(reader: WireReader): number {
  const amount = reader.f64();
  if (Number.isNaN(amount) || amount < 0) throw new WireError("A limit is no amount");
  return amount;
}
