import { type GuestKind, readGuestKind, writeGuestKind } from "./guest-kind.ts";
import { MAX_MESSAGE_BYTES, PROTOCOL_VERSION, WireError } from "./protocol.ts";
import { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

/** What a host says to a zygote. */
export type ZygoteOrder =
  /** The first words: which protocol is spoken, and where copies are to connect (the bytes of `sun_path`). */
  | { readonly kind: "hello"; readonly protocol: number; readonly address: Uint8Array }
  /** Keep booted guests of this kind for all copies to come: one soon, so many in the end. */
  | { readonly kind: "prepare"; readonly guestKind: GuestKind; readonly guests: number }
  /** Make a copy that introduces itself with `token`. */
  | { readonly kind: "fork"; readonly child: number; readonly token: Uint8Array }
  /** The host has done with this copy, which has ended: its process number may be used again. */
  | { readonly kind: "bury"; readonly child: number };

/** What a zygote says. */
export type ZygoteNotice =
  /** So many guests of this kind wait: copies can be had, and each is good for so many runs. */
  | { readonly kind: "prepared"; readonly guestKind: GuestKind; readonly guests: number }
  | { readonly kind: "forked"; readonly child: number; readonly pid: number }
  /** A copy has ended. `signal` is 0 for one that has left by itself, `exitCode` -1 for one that was killed. */
  | {
      readonly kind: "ended";
      readonly child: number;
      readonly exitCode: number;
      readonly signal: number;
      /** The last that it wrote on stderr. */
      readonly stderr: Uint8Array;
    }
  | { readonly kind: "fault"; readonly code: string; readonly message: string };

/** Bytes of the secret by which a copy is known. */
export const TOKEN_BYTES = 32;
/** Longest name that a Unix domain socket may have, in bytes. */
const MAX_ADDRESS_BYTES = 108;

/** More would not pay, and a number from a zygote is not taken on trust. */
const MAX_GUESTS = 64;

const ORDER = { hello: 1, prepare: 2, fork: 3, bury: 4 } as const;
const NOTICE = { prepared: 1, forked: 2, ended: 3, fault: 4 } as const;

/** The frame of an order; valid until the writer begins another. */
export function encodeZygoteOrder(writer: WireWriter, order: ZygoteOrder): Buffer {
  writer.begin(ORDER[order.kind]);
  switch (order.kind) {
    case "hello":
      return writer.u32(order.protocol).bytes(order.address).frame();
    case "prepare":
      return writeGuestKind(writer, order.guestKind).u32(order.guests).frame();
    case "fork":
      return writer.u32(order.child).bytes(order.token).frame();
    case "bury":
      return writer.u32(order.child).frame();
    default:
      return order satisfies never;
  }
}

/** @throws {WireError} for anything but one whole order. */
export function decodeZygoteOrder(body: Buffer): ZygoteOrder {
  const reader = new WireReader(body);
  const order = readOrder(reader);
  reader.end();
  return order;
}

function readOrder(reader: WireReader): ZygoteOrder {
  switch (reader.u8()) {
    case ORDER.hello: {
      const protocol = reader.u32();
      if (protocol !== PROTOCOL_VERSION) throw new WireError(`The host speaks version ${protocol} of the protocol`);
      return { kind: "hello", protocol, address: readBytes(reader, 1, MAX_ADDRESS_BYTES) };
    }
    case ORDER.prepare:
      return { kind: "prepare", guestKind: readGuestKind(reader), guests: readGuests(reader) };
    case ORDER.fork:
      return { kind: "fork", child: reader.u32(), token: readBytes(reader, TOKEN_BYTES, TOKEN_BYTES) };
    case ORDER.bury:
      return { kind: "bury", child: reader.u32() };
    default:
      throw new WireError("An order is of an unknown kind");
  }
}

/** The frame of a notice; valid until the writer begins another. */
export function encodeZygoteNotice(writer: WireWriter, notice: ZygoteNotice): Buffer {
  writer.begin(NOTICE[notice.kind]);
  switch (notice.kind) {
    case "prepared":
      return writeGuestKind(writer, notice.guestKind).u32(notice.guests).frame();
    case "forked":
      return writer.u32(notice.child).u32(notice.pid).frame();
    case "ended":
      return writer
        .u32(notice.child)
        .f64(notice.exitCode)
        .u32(notice.signal)
        .bytes(notice.stderr.subarray(-MAX_MESSAGE_BYTES))
        .frame();
    case "fault":
      return writer.string(notice.code).string(notice.message).frame();
    default:
      return notice satisfies never;
  }
}

/** @throws {WireError} for anything but one whole notice. */
export function decodeZygoteNotice(body: Buffer): ZygoteNotice {
  const reader = new WireReader(body);
  const notice = readNotice(reader);
  reader.end();
  return notice;
}

function readNotice(reader: WireReader): ZygoteNotice {
  switch (reader.u8()) {
    case NOTICE.prepared:
      return { kind: "prepared", guestKind: readGuestKind(reader), guests: readGuests(reader) };
    case NOTICE.forked:
      return { kind: "forked", child: reader.u32(), pid: readPid(reader) };
    case NOTICE.ended:
      return {
        kind: "ended",
        child: reader.u32(),
        exitCode: reader.f64(),
        signal: reader.u32(),
        stderr: readBytes(reader, 0, MAX_MESSAGE_BYTES),
      };
    case NOTICE.fault:
      return { kind: "fault", code: reader.string(64), message: reader.string(MAX_MESSAGE_BYTES) };
    default:
      throw new WireError("A notice is of an unknown kind");
  }
}

function readGuests(reader: WireReader): number {
  const guests = reader.u32();
  if (guests < 1 || guests > MAX_GUESTS) throw new WireError("A zygote has an unlikely number of guests");
  return guests;
}

/** Whatever is signalled by this number must be a process, never a group or the host itself. */
function readPid(reader: WireReader): number {
  const pid = reader.u32();
  if (pid < 2 || pid > 0x7fff_ffff) throw new WireError("A process has no number");
  return pid;
}

function readBytes(reader: WireReader, least: number, most: number): Uint8Array {
  const bytes = reader.bytes();
  if (bytes.length < least || bytes.length > most) throw new WireError("A field has not its length");
  return bytes.slice();
}
