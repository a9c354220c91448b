import { CURRENT_POSITION, type SystemCallResult } from "@vivarium/core";
import { bytesOf } from "../../bytes.ts";
import type { Binding } from "../../guest.ts";
import { TypedArrayPrototypeSubarray } from "../../past-prototypes.ts";
import { MathMin, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeSet } from "../../primordial.ts";
import type { Operation, Request } from "./file-requests.ts";
import type { FsParts } from "./fs-parts.ts";
import { createTextBytes } from "./text-bytes.ts";

/** A position as the kernel wants it: Node passes a number, a bigint, or `null` or -1 for the current one. */
function positionOf(position: unknown): number {
  if (typeof position === "bigint") return Number(position);
  return typeof position === "number" && position >= 0 ? position : CURRENT_POSITION;
}

/** Operations that move content through a descriptor. */
export function contentOperations(parts: FsParts): Binding {
  return { ...readOperations(parts), ...writeOperations(parts) };
}

function readOperations({ guest, requests, checks }: FsParts): Binding {
  const { calls } = guest;
  return {
    read: (fd: unknown, view: ArrayBufferView, offset: number, length: number, position: unknown, request: Request) => {
      const target = bytesOf(view);
      const take = (count: SystemCallResult): SystemCallResult => {
        calls.payloadInto(target, offset, count as number);
        return count;
      };
      return requests.perform(request, {
        name: "fs.read",
        args: [checks.fd(fd), length, positionOf(position)],
        operation: { syscall: "read" },
        value: take,
      });
    },
    readBuffers: (fd: unknown, views: readonly ArrayBufferView[], position: unknown, request: Request) =>
      requests.perform(request, {
        name: "fs.read",
        args: [checks.fd(fd), totalLength(views), positionOf(position)],
        operation: { syscall: "read" },
        value: (count) => {
          scatter(calls.payload(count as number), views);
          return count;
        },
      }),
  };
}

/** Where Node's library looks for the failure of a synchronous write. */
type Failure = { errno?: unknown; code?: unknown; syscall?: unknown } | undefined;

function writeOperations({ guest, requests, checks }: FsParts): Binding {
  const textBytes = createTextBytes(guest);
  const { calls, errors } = guest;
  const write = (fd: unknown, input: Uint8Array, position: unknown, request: Request, failure: Failure): unknown => {
    const args: [number, number] = [checks.fd(fd), positionOf(position)];
    const operation: Operation = { syscall: "write" };
    if (request !== undefined || failure === undefined) {
      return requests.perform(request, { name: "fs.write", args, input, operation, value: (count) => count });
    }
    const count = calls.syncWithArguments("fs.write", input, args);
    if (typeof count !== "number" || count >= 0) return count;
    const reason = calls.reason();
    if (reason !== undefined && reason !== "") throw requests.failure(count, operation, reason);
    // As in Node, by ordinary assignment: a program's setter on `Object.prototype` takes part.
    failure.errno = count;
    failure.code = errors.name(count);
    failure.syscall = operation.syscall;
    return undefined;
  };
  return {
    writeBuffer: (
      fd: unknown,
      view: ArrayBufferView,
      offset: number,
      length: number,
      position: unknown,
      request: Request,
      failure: Failure,
    ) => write(fd, TypedArrayPrototypeSubarray(bytesOf(view), offset, offset + length), position, request, failure),
    writeBuffers: (fd: unknown, views: readonly ArrayBufferView[], position: unknown, request: Request) =>
      write(fd, gather(views), position, request, undefined),
    writeString: (
      fd: unknown,
      content: string,
      position: unknown,
      encoding: unknown,
      request: Request,
      failure: Failure,
    ) => write(fd, textBytes(content, encoding), position, request, failure),
  };
}

function totalLength(views: readonly ArrayBufferView[]): number {
  let total = 0;
  for (let index = 0; index < views.length; index++) {
    total += TypedArrayPrototypeGetByteLength(bytesOf(views[index] as ArrayBufferView));
  }
  return total;
}

function gather(views: readonly ArrayBufferView[]): Uint8Array {
  const all = new Uint8Array(totalLength(views));
  let offset = 0;
  for (let index = 0; index < views.length; index++) {
    const bytes = bytesOf(views[index] as ArrayBufferView);
    TypedArrayPrototypeSet(all, bytes, offset);
    offset += TypedArrayPrototypeGetByteLength(bytes);
  }
  return all;
}

function scatter(content: Uint8Array, views: readonly ArrayBufferView[]): void {
  let offset = 0;
  const total = TypedArrayPrototypeGetByteLength(content);
  for (let index = 0; index < views.length && offset < total; index++) {
    const target = bytesOf(views[index] as ArrayBufferView);
    const length = MathMin(TypedArrayPrototypeGetByteLength(target), total - offset);
    TypedArrayPrototypeSet(target, TypedArrayPrototypeSubarray(content, offset, offset + length), 0);
    offset += length;
  }
}
