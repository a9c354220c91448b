import { WINDOW_BYTES } from "@vivarium/core";
import { MathMin, MathRound, TypedArrayPrototypeGetLength } from "../primordial.ts";
import type { LinearMemory } from "../wasm/linear-memory.ts";
import type { WasiCall, WasiCalls } from "./wasi-calls.ts";
import { DIRECTORY, EBADF, EINVAL, ENOSYS, ENOTSOCK, REGULAR_FILE, SUCCESS } from "./wasi-constants.table.ts";
import { WasiFailure, type WasiWorld } from "./wasi-world.ts";

const NANOSECONDS_PER_MILLISECOND = 1_000_000;
const RESOLUTION = 1_000n;
const CLOCKS = 4;

/** Calls about the program itself: what it was started with, clocks, chance, waiting, its end. */
export const processCalls: WasiCalls = {
  __proto__: null as never,
  args_get: puts(putTexts, "args"),
  args_sizes_get: puts(putSizes, "args"),
  environ_get: puts(putTexts, "env"),
  environ_sizes_get: puts(putSizes, "env"),
  clock_res_get: {
    takes: "ii",
    run(_world, memory, id: number, to: number) {
      if (id >= CLOCKS) return EINVAL;
      memory.setU64(to, RESOLUTION);
      return SUCCESS;
    },
  },
  clock_time_get: {
    takes: "iIi",
    run(world, memory, id: number, _precision: bigint, to: number) {
      memory.setU64(to, nanoseconds(world, id));
      return SUCCESS;
    },
  },
  random_get: {
    takes: "ii",
    run(world, memory, at: number, length: number) {
      // All of it has to be there before any is written.
      memory.view(at, length);
      for (let done = 0; done < length; done += WINDOW_BYTES) {
        const size = MathMin(length - done, WINDOW_BYTES);
        world.done(world.guest.calls.sync("random.bytes", size));
        world.guest.calls.payloadInto(memory.view(at + done, size), 0, size);
      }
      return SUCCESS;
    },
  },
  poll_oneoff: { takes: "iiii", run: poll },
  proc_exit: { takes: "i", run: (world, _memory, code: number) => world.guest.exit(code) },
  proc_raise: { takes: "i", run: () => ENOSYS },
  sched_yield: { takes: "", run: () => SUCCESS },
  sock_accept: socketCall("iii"),
  sock_recv: socketCall("iiiiii"),
  sock_send: socketCall("iiiii"),
  sock_shutdown: socketCall("ii"),
};

/** A program of WASI can open no socket: whatever it has is none. */
function socketCall(takes: string): WasiCall {
  return {
    takes,
    run(world, _memory, fd: number) {
      world.descriptor(fd);
      return ENOTSOCK;
    },
  };
}

function puts(put: typeof putTexts, which: "args" | "env"): WasiCall {
  return { takes: "ii", run: (world, memory, a: number, b: number) => put(memory, world[which], a, b) };
}

function putTexts(memory: LinearMemory, texts: readonly string[], list: number, at: number): number {
  let next = at;
  for (let index = 0; index < texts.length; index++) {
    const bytes = memory.encoded(`${texts[index] as string}\0`);
    memory.setU32(list + 4 * index, next);
    memory.write(next, bytes);
    next += TypedArrayPrototypeGetLength(bytes);
  }
  return SUCCESS;
}

function putSizes(memory: LinearMemory, texts: readonly string[], count: number, size: number): number {
  let bytes = 0;
  for (let index = 0; index < texts.length; index++) {
    bytes += TypedArrayPrototypeGetLength(memory.encoded(texts[index] as string)) + 1;
  }
  memory.setU32(count, texts.length);
  memory.setU32(size, bytes);
  return SUCCESS;
}

function nanoseconds({ guest }: WasiWorld, id: number): bigint {
  const inNanoseconds = (milliseconds: number): bigint => BigInt(MathRound(milliseconds * NANOSECONDS_PER_MILLISECOND));
  switch (id) {
    case 0:
      return inNanoseconds(guest.calls.sync("clock.epoch") as number);
    case 1:
      return inNanoseconds(guest.calls.sync("clock.now") as number);
    case 2:
    case 3:
      guest.calls.sync("process.cpuUsage");
      return BigInt(((guest.calls.record[0] as number) + (guest.calls.record[1] as number)) * 1_000);
    default:
      throw new WasiFailure(EINVAL);
  }
}

const SUBSCRIPTION = 48;
const EVENT = 32;
const ON_CLOCK = 0;
const TO_READ = 1;
const IS_ABSOLUTE = 1;
const HANGUP = 1;
const TTY = 2;

/** Files are always ready; where there is nothing but clocks, the program sleeps until the first of them. */
function poll(world: WasiWorld, memory: LinearMemory, from: number, to: number, count: number, events: number): number {
  if (count === 0) return EINVAL;
  memory.view(from, count * SUBSCRIPTION);
  memory.view(to, count * EVENT);
  let isReady = false;
  let first = -1n;
  for (let index = 0; index < count; index++) {
    const at = from + index * SUBSCRIPTION;
    if (memory.u8(at + 8) !== ON_CLOCK) isReady = true;
    else if (first < 0n || waitOf(world, memory, at) < first) first = waitOf(world, memory, at);
  }
  if (!isReady && first > 0n) {
    world.guest.calls.sync("clock.sleep", Number(first) / NANOSECONDS_PER_MILLISECOND);
  }
  let told = 0;
  for (let index = 0; index < count; index++) {
    const at = from + index * SUBSCRIPTION;
    const type = memory.u8(at + 8);
    if (type === ON_CLOCK && (isReady ? waitOf(world, memory, at) > 0n : waitOf(world, memory, at) > first)) continue;
    const event = to + told * EVENT;
    memory.setU64(event, memory.u64(at));
    memory.setU16(event + 8, type === ON_CLOCK ? SUCCESS : problemOf(world, memory.u32(at + 16)));
    memory.setU8(event + 10, type);
    memory.setU64(event + 16, type === ON_CLOCK ? 0n : 1n);
    memory.setU16(event + 24, type === TO_READ && isAtItsEnd(world, memory.u32(at + 16)) ? HANGUP : 0);
    told += 1;
  }
  memory.setU32(events, told);
  return SUCCESS;
}

function waitOf(world: WasiWorld, memory: LinearMemory, at: number): bigint {
  const timeout = memory.u64(at + 24);
  if ((memory.u16(at + 40) & IS_ABSOLUTE) === 0) return timeout;
  const now = nanoseconds(world, memory.u32(at + 16));
  return timeout > now ? timeout - now : 0n;
}

/** Whether nobody writes to it any more: a guest's input is there from the start, unless somebody types. */
function isAtItsEnd(world: WasiWorld, number: number): boolean {
  if (problemOf(world, number) !== SUCCESS) return false;
  const { fd, type } = world.descriptor(number);
  return type !== REGULAR_FILE && type !== DIRECTORY && world.guest.calls.sync("fs.handleType", fd) !== TTY;
}

function problemOf(world: WasiWorld, fd: number): number {
  try {
    world.descriptor(fd);
    return SUCCESS;
  } catch (error) {
    return WasiFailure.errnoOf(error) ?? EBADF;
  }
}
