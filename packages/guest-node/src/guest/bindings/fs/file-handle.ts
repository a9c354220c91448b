import type { AsyncWrap } from "../../async-wraps.ts";
import type { Binding } from "../../guest.ts";
import { ObjectDefineProperty } from "../../past-prototypes.ts";
import { WeakMapPrototypeGet, WeakMapPrototypeSet } from "../../primordial.ts";
import { unimplementedFunction } from "../../unimplemented.ts";
import type { FileRequests, Request } from "./file-requests.ts";
import type { FsParts } from "./fs-parts.ts";

interface HandleState {
  fd: number;
  readonly wrap: AsyncWrap;
}

/** What of a file a handle stands for, where it is read as a stream. */
export interface FileRange {
  readonly fd: number;
  /** Where it begins, in bytes; -1: where the file is at. */
  readonly offset: number;
  /** How many bytes there are at most; -1: to the end. */
  readonly length: number;
}

const ranges: WeakMap<object, FileRange> = new WeakMap();

/** The part of a file behind a `FileHandle`, if it is one. */
export function fileRange(handle: object): FileRange | undefined {
  return WeakMapPrototypeGet(ranges, handle);
}

const CLOSED = -1;
const EBADF = -9;

/** What a handle has as a stream of libuv; files are read and written through their descriptor instead. */
const streamMethods = [
  "readStart",
  "readStop",
  "shutdown",
  "useUserBuffer",
  "writev",
  "writeBuffer",
  "writeAsciiString",
  "writeUtf8String",
  "writeUcs2String",
  "writeLatin1String",
] as const;

/** `FileHandle`: the object that owns the descriptor of an `fs.promises.FileHandle`. */
export function fileHandleOperations({ guest, requests, text }: FsParts): Binding {
  const states = new WeakMap<object, HandleState>();
  const stateOf = (handle: object): HandleState => {
    const state = WeakMapPrototypeGet(states, handle);
    if (state === undefined) throw requests.failure(EBADF, { syscall: "close" }, undefined);
    return state;
  };

  const transferMode = guest.privateSymbols["transfer_mode_private_symbol"] as symbol;

  class FileHandle {
    constructor(fd: number, offset = -1, length = -1) {
      WeakMapPrototypeSet(ranges, this, { fd, offset, length });
      // It does not travel in messages, and says so instead of arriving without its descriptor.
      (this as Record<symbol, unknown>)[transferMode] = 0;
      WeakMapPrototypeSet(states, this, { fd, wrap: guest.wraps.adopt(this, "FILEHANDLE") });
    }

    get fd(): number {
      return stateOf(this).fd;
    }

    close(): unknown {
      return close(requests, stateOf(this), requests.kUsePromises);
    }

    closeSync(): void {
      close(requests, stateOf(this), undefined);
    }

    /** Gives the descriptor away: whoever asked has to close it. */
    releaseFD(): number {
      const state = stateOf(this);
      const { fd } = state;
      state.fd = CLOSED;
      return fd;
    }
  }
  guest.wraps.dress(FileHandle.prototype);
  for (let index = 0; index < streamMethods.length; index++) {
    const name = streamMethods[index] ?? "";
    const value = unimplementedFunction("fs", `FileHandle.${name}`);
    ObjectDefineProperty(FileHandle.prototype, name, { value, writable: true, configurable: true });
  }

  return {
    FileHandle,
    openFileHandle: (target: unknown, flags: number, mode: number, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, {
        name: "fs.open",
        args: [path, flags, mode],
        operation: { syscall: "open", path },
        value: (fd) => new FileHandle(fd as number),
      });
    },
  };
}

function close(requests: FileRequests, state: HandleState, request: Request): unknown {
  const { fd } = state;
  if (fd === CLOSED) {
    return requests.settle(request, requests.failure(EBADF, { syscall: "close" }, undefined), undefined);
  }
  state.fd = CLOSED;
  return requests.perform(request, { name: "fs.close", args: [fd], operation: { syscall: "close" } });
}
