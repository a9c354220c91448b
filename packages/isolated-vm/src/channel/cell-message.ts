import {
  type GuestUsage,
  invocationKinds,
  type Limits,
  type Outcome,
  type SystemCallScalar,
  systemCallTable,
} from "@vivarium/core";
import type { HostCallName, InvocationEnd } from "@vivarium/kernel";
import { isOutput, OUTPUT_PIECE_BYTES } from "../split-output.ts";
import { type Addressed, NO_RUN } from "./addressed.ts";
import { type GuestKind, readGuestKind, writeGuestKind } from "./guest-kind.ts";
import { readOutcome, writeOutcome } from "./outcome-wire.ts";
import { MAX_MESSAGE_BYTES, PROTOCOL_VERSION, WireError } from "./protocol.ts";
import { readScalar, writeScalar } from "./scalar.ts";
import { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

/** Standard output and standard error. */
export type OutputDescriptor = 1 | 2;

/** A call on files that a replica has served, and what the guest was told: 0 but for numbers. The host is to do it, too. */
export interface RepeatMessage {
  readonly kind: "repeat";
  readonly name: HostCallName;
  readonly args: readonly SystemCallScalar[];
  readonly input: Uint8Array;
  readonly result: number;
  /** When the replica did it, in milliseconds since the epoch. */
  readonly timeMs: number;
}

/** Where the next read or write of an open file begins. */
export type FilePosition = readonly [fd: number, position: number];

/** What a cell says. */
export type CellMessage =
  /** Its first words: it has started and can be told to prepare. */
  | { readonly kind: "ready"; readonly protocol: number; readonly nodeVersion: string }
  /** What has become of its process, before any program; see `Confined`. */
  | {
      readonly kind: "confined";
      readonly isConfined: boolean;
      readonly landlock: number;
      readonly namespaces: boolean;
      readonly nodePermission: boolean;
      readonly problem: string;
    }
  /** Of a cell that is no copy: from here on it can have a replica of its guest's filesystem. */
  | { readonly kind: "replicas" }
  /** A booted guest of this kind waits. */
  | { readonly kind: "prepared"; readonly guestKind: GuestKind }
  /** A system call that needs the host's authority. `request` 0 waits for its answer on the same descriptor. */
  | {
      readonly kind: "call";
      readonly name: HostCallName;
      readonly request: number;
      readonly args: readonly SystemCallScalar[];
      readonly input: Uint8Array;
    }
  /** What the guest prints: a write whose answer nobody waits for. */
  | { readonly kind: "output"; readonly descriptor: OutputDescriptor; readonly data: Uint8Array }
  | RepeatMessage
  /** The host serves all calls on files from here on. */
  | { readonly kind: "released"; readonly positions: readonly FilePosition[] }
  /** The guest's first entry begins: from now on its time counts. */
  | { readonly kind: "started" }
  /** A program that stays has been evaluated. */
  | { readonly kind: "loaded" }
  /** A call of one of its exports is over. */
  | { readonly kind: "invoked"; readonly end: InvocationEnd }
  /** What a program that stays has used. */
  | { readonly kind: "usage"; readonly usage: GuestUsage }
  | {
      readonly kind: "finished";
      readonly outcome: Outcome;
      readonly exports: Uint8Array | undefined;
      /** Whether the guest has left work to a thread of the cell that nothing interrupts. */
      readonly leavesWork: boolean;
    }
  /** A fault in the cell that the embedder should hear of. */
  | { readonly kind: "fault"; readonly code: string; readonly message: string };

const KIND = {
  ready: 1,
  prepared: 2,
  call: 3,
  started: 4,
  finished: 5,
  fault: 6,
  confined: 7,
  output: 8,
  repeat: 9,
  released: 10,
  replicas: 11,
  loaded: 12,
  invoked: 13,
  usage: 14,
} as const;
/** How a call may end, in the order of their numbers on the wire. */
const endKinds: readonly InvocationEnd["kind"][] = [...invocationKinds, "cpu-time-limit"];
/** What a guest has used, in the order of the figures on the wire. */
const usageNames = [
  "cpuTimeMs",
  "heapUsedBytes",
  "heapTotalBytes",
  "externalBytes",
  "hostCalls",
  "systemCalls",
  "deniedCalls",
] as const satisfies readonly (keyof GuestUsage)[];
const MAX_ARGUMENTS = 8;
const MAX_CODE_BYTES = 64;
/** Longest string of a host's call: the kernel lets through a million characters, of three bytes in UTF-8. */
const MAX_STRING_BYTES = 3 * 1024 * 1024;

const isHostCall = (name: string): name is HostCallName =>
  Object.entries(systemCallTable).some(([known, shape]) => known === name && shape.place === "host");
/** The calls that a cell may send, in the order of their numbers on the wire. */
const hostCallNames: readonly HostCallName[] = Object.keys(systemCallTable).filter(isHostCall);
const hostCallNumbers: ReadonlyMap<HostCallName, number> = new Map(hostCallNames.map((name, index) => [name, index]));

const POSITION_BYTES = 16;

/** The frame of a message; valid until the writer begins another. */
export function encodeCellMessage(writer: WireWriter, message: CellMessage, run: number = NO_RUN): Buffer {
  writer.begin(KIND[message.kind]).u32(run);
  switch (message.kind) {
    case "ready":
      return writer.u32(message.protocol).string(message.nodeVersion).frame();
    case "confined":
      return encodeConfined(writer, message);
    case "prepared":
      return writeGuestKind(writer, message.guestKind).frame();
    case "call":
      return encodeCall(writer, message);
    case "output":
      return writer.u8(message.descriptor).bytes(message.data).frame();
    case "repeat":
      encodeCallOf(writer, message);
      return writer.f64(message.result).f64(message.timeMs).bytes(message.input).frame();
    case "released":
      writer.u32(message.positions.length);
      for (const [fd, position] of message.positions) writer.f64(fd).f64(position);
      return writer.frame();
    case "replicas":
    case "started":
    case "loaded":
      return writer.frame();
    case "invoked":
      return encodeEnd(writer, message.end);
    case "usage":
      for (const name of usageNames) writer.f64(message.usage[name]);
      return writer.frame();
    case "finished":
      writeOutcome(writer, message.outcome);
      writer.boolean(message.leavesWork).boolean(message.exports !== undefined);
      return (message.exports === undefined ? writer : writer.bytes(message.exports)).frame();
    case "fault":
      return writer.string(message.code).string(message.message).frame();
    default:
      return message satisfies never;
  }
}

/**
 * Reads one message. Its bytes are views of `body`; the figures in an outcome are those of its run's limits.
 * @throws {WireError} for anything but one whole message of a known kind, every field in its range.
 */
export function decodeCellMessage(
  body: Buffer,
  limitsOf: (run: number) => Limits | undefined = () => undefined,
): Addressed<CellMessage> {
  const reader = new WireReader(body);
  const kind = reader.u8();
  const run = reader.u32();
  const message = readMessage(kind, reader, limitsOf(run));
  reader.end();
  return { run, message };
}

function readMessage(kind: number, reader: WireReader, limits: Limits | undefined): CellMessage {
  switch (kind) {
    case KIND.ready: {
      const protocol = reader.u32();
      if (protocol !== PROTOCOL_VERSION) throw new WireError(`A cell speaks version ${protocol} of the protocol`);
      return { kind: "ready", protocol, nodeVersion: reader.string(MAX_CODE_BYTES) };
    }
    case KIND.confined:
      return {
        kind: "confined",
        isConfined: reader.boolean(),
        landlock: reader.u32(),
        namespaces: reader.boolean(),
        nodePermission: reader.boolean(),
        problem: reader.string(MAX_MESSAGE_BYTES),
      };
    case KIND.prepared:
      return { kind: "prepared", guestKind: readGuestKind(reader) };
    case KIND.call:
      return readCall(reader);
    case KIND.output:
      return { kind: "output", descriptor: readOutputDescriptor(reader), data: shortOutput(reader.bytes()) };
    case KIND.repeat:
      return { kind: "repeat", ...readCallOf(reader), ...readDoing(reader), input: reader.bytes() };
    case KIND.released:
      return { kind: "released", positions: readPositions(reader, limits?.openFilesLimit ?? 0) };
    case KIND.replicas:
      return { kind: "replicas" };
    case KIND.started:
      return { kind: "started" };
    case KIND.loaded:
      return { kind: "loaded" };
    case KIND.invoked:
      return { kind: "invoked", end: readEnd(reader) };
    case KIND.usage:
      return { kind: "usage", usage: readUsage(reader) };
    case KIND.finished:
      return {
        kind: "finished",
        outcome: readOutcome(reader, limits),
        leavesWork: reader.boolean(),
        exports: reader.boolean() ? reader.bytes() : undefined,
      };
    case KIND.fault:
      return { kind: "fault", code: readCode(reader), message: reader.string(MAX_MESSAGE_BYTES) };
    default:
      throw new WireError("A message is of an unknown kind");
  }
}

function encodeEnd(writer: WireWriter, { id, kind, message, value }: InvocationEnd): Buffer {
  return writer.u32(id).u8(endKinds.indexOf(kind)).string(message).bytes(value).frame();
}

function readUsage(reader: WireReader): GuestUsage {
  const figure = (): number => {
    const value = reader.f64();
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw new WireError("A figure is no amount");
    return value;
  };
  // In the order of their names above.
  return {
    cpuTimeMs: figure(),
    heapUsedBytes: figure(),
    heapTotalBytes: figure(),
    externalBytes: figure(),
    hostCalls: figure(),
    systemCalls: figure(),
    deniedCalls: figure(),
  };
}

function readEnd(reader: WireReader): InvocationEnd {
  const id = reader.u32();
  const kind = endKinds[reader.u8()];
  if (kind === undefined) throw new WireError("A call has ended in an unknown way");
  return { id, kind, message: reader.string(MAX_MESSAGE_BYTES), value: reader.bytes() };
}

type CallOf = Pick<RepeatMessage, "name" | "args">;

function encodeConfined(writer: WireWriter, message: CellMessage & { readonly kind: "confined" }): Buffer {
  const { isConfined, landlock, namespaces, nodePermission, problem } = message;
  writer.boolean(isConfined).u32(landlock).boolean(namespaces).boolean(nodePermission);
  return writer.string(problem).frame();
}

function encodeCall(writer: WireWriter, message: CellMessage & { readonly kind: "call" }): Buffer {
  encodeCallOf(writer, message);
  return writer.u32(message.request).bytes(message.input).frame();
}

function encodeCallOf(writer: WireWriter, { name, args }: CallOf): void {
  const number = hostCallNumbers.get(name);
  if (number === undefined) throw new WireError(`The host does not serve "${name}"`);
  writer.u8(number).u8(args.length);
  for (const argument of args) writeScalar(writer, argument);
}

function readCallOf(reader: WireReader): CallOf {
  const name = hostCallNames[reader.u8()];
  if (name === undefined) throw new WireError("A system call is unknown");
  const count = reader.u8();
  if (count > MAX_ARGUMENTS) throw new WireError("A system call has too many arguments");
  const args: SystemCallScalar[] = [];
  for (let index = 0; index < count; index += 1) args.push(readScalar(reader, MAX_STRING_BYTES));
  return { name, args };
}

function readCall(reader: WireReader): CellMessage {
  const { name, args } = readCallOf(reader);
  const request = reader.u32();
  const input = reader.bytes();
  return { kind: "call", name, args, request, input: isOutput(name, args) ? shortOutput(input) : input };
}

/** Output is text to the host: a long one would be decoded at once. */
function shortOutput(data: Uint8Array): Uint8Array {
  if (data.length > OUTPUT_PIECE_BYTES) throw new WireError("A piece of output is too long");
  return data;
}

function readDoing(reader: WireReader): Pick<RepeatMessage, "result" | "timeMs"> {
  const result = reader.f64();
  const timeMs = reader.f64();
  if (!Number.isFinite(timeMs)) throw new WireError("A call was made at no time");
  return { result, timeMs };
}

/** @param most how many files may be open in its run */
function readPositions(reader: WireReader, most: number): readonly FilePosition[] {
  const count = reader.u32();
  if (count > most) throw new WireError("More files have positions than may be open");
  if (count * POSITION_BYTES !== reader.left) throw new WireError("Positions of files are cut off");
  return Array.from({ length: count }, (): FilePosition => [reader.f64(), reader.f64()]);
}

function readOutputDescriptor(reader: WireReader): OutputDescriptor {
  const descriptor = reader.u8();
  if (descriptor !== 1 && descriptor !== 2) throw new WireError("Output goes to no stream");
  return descriptor;
}

function readCode(reader: WireReader): string {
  const code = reader.string(MAX_CODE_BYTES);
  if (!/^ERR_[A-Z0-9_]+$/u.test(code)) throw new WireError("A fault has no proper code");
  return code;
}
