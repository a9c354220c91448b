import type { ChildRun } from "@vivarium/core";
import { bytesOf } from "../bytes.ts";
import { type SpawnOptions, type StdioTarget, stdioOf, stdioTargets, wishOf } from "../children/spawn-options.ts";
import type { Binding, Guest } from "../guest.ts";
import { explain } from "../network/socket-failure.ts";
import { ArrayPrototypePush, ObjectDefineProperty, setOwn, TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import { JSONParse } from "../primordial.ts";
import type { StreamCore } from "../streams/stream-core.ts";

const UV_EIO = -5;
const LENGTH_BYTES = 4;
const STDIN = 0;

/** What Node's library makes its result of. */
interface SyncResult {
  readonly pid: number;
  readonly status: number | null;
  readonly signal: string | null;
  readonly output: (Uint8Array | null)[] | null;
  /** A negative errno. */
  error?: unknown;
}

/** Children that the guest waits for. */
export function spawnSyncBinding(guest: Guest, core: StreamCore): Binding {
  const { calls } = guest;
  const noBytes = new Uint8Array(0);

  function spawn(options: SpawnOptions): SyncResult {
    const stdio = stdioOf(options);
    const targets = stdioTargets(core, options);
    const given = stdio[STDIN]?.input;
    const input = given === undefined ? restOf(targets[STDIN]) : bytesOf(given);
    const length = calls.syncWithInput("child.run", input, wishOf(options, targets));
    if (typeof length !== "number" || length < 0) {
      return failed({ pid: 0, status: null, signal: null, output: null }, length, calls.reason());
    }
    return resultOf(calls.payload(length), targets);
  }

  /** What is left of a file that a child is to read. */
  function restOf(target: StdioTarget | undefined): Uint8Array {
    if (target?.end === undefined) return noBytes;
    const length = calls.sync("fs.readRest", target.end.fd);
    return typeof length === "number" && length > 0 ? calls.payload(length) : noBytes;
  }

  function resultOf(answer: Uint8Array<ArrayBuffer>, targets: readonly StdioTarget[]): SyncResult {
    let at = LENGTH_BYTES + uint32Of(answer);
    const header = guest.native.encoding.decodeUTF8(TypedArrayPrototypeSubarray(answer, LENGTH_BYTES, at), true, true);
    const told = JSONParse(header as string) as ChildRun;
    const output: (Uint8Array | null)[] = [];
    for (let index = 0; index < targets.length; index++) {
      const length = told.outputs[index];
      if (typeof length !== "number") {
        ArrayPrototypePush(output, null);
        continue;
      }
      const bytes = TypedArrayPrototypeSubarray(answer, at, at + length);
      at += length;
      const end = targets[index]?.end;
      end?.write(bytes, true, () => undefined);
      ArrayPrototypePush(output, end === undefined ? guest.toBuffer(bytes) : null);
    }
    const result = { pid: told.pid, status: told.code, signal: told.signal, output };
    return told.error === undefined ? result : failed(result, told.error, told.reason);
  }

  return { __proto__: null, spawn };
}

/** The library replaces the number of an error by an error, which then says why. */
function failed(result: SyncResult, status: unknown, reason: string | undefined): SyncResult {
  const number = typeof status === "number" ? status : UV_EIO;
  ObjectDefineProperty(result, "error", {
    configurable: true,
    enumerable: true,
    get: () => number,
    set(error: unknown) {
      explain(error as Error, reason ?? "");
      setOwn(result, "error", error);
    },
  });
  return result;
}

/** Little endian. */
function uint32Of(bytes: Uint8Array): number {
  const byte = (index: number): number => bytes[index] ?? 0;
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}
