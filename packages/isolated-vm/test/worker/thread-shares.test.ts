import { describe, expect, test } from "vitest";
import { type SizeSource, ThreadShares } from "../../src/worker/thread-shares.ts";

const MIB = 2 ** 20;
const PAGES_PER_MIB = 256;

/** A process of which a test says what its threads do. */
class FakeProcess implements SizeSource {
  readonly largestPage: number = 4096;
  bytes = 100 * MIB;
  readonly #faults: Map<number, number> = new Map([
    [1, 0],
    [2, 0],
    [3, 0],
  ]);

  /** A thread touches so many MiB for the first time, and the process is so many MiB larger after it. */
  touch(thread: number, mib: number, grown = mib): void {
    this.#faults.set(thread, (this.#faults.get(thread) ?? 0) + mib * PAGES_PER_MIB);
    this.bytes += grown * MIB;
  }

  processBytes(): number {
    return this.bytes;
  }

  processFaults(): number {
    return [...this.#faults.values()].reduce((sum, faults) => sum + faults, 0);
  }

  threadFaults(thread: number): number | undefined {
    return this.#faults.get(thread);
  }
}

function open() {
  const system = new FakeProcess();
  const shares = new ThreadShares(system);
  // It reads no more often than every few milliseconds.
  const mib = async (thread: number): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, 15));
    return Math.round((shares.of(thread) ?? Number.NaN) / MIB);
  };
  return { system, shares, mib };
}

describe("the share of a thread in its process's growth", () => {
  test("is what the process has grown by as the thread's new pages stand to everybody's", async () => {
    const { system, mib } = open();
    expect([await mib(1), await mib(2)]).toEqual([0, 0]);
    system.touch(1, 300);
    system.touch(2, 100);
    system.touch(3, 50);
    expect([await mib(1), await mib(2)]).toEqual([300, 100]);
  });

  test("counts memory that is let go of and taken again once", async () => {
    const { system, mib } = open();
    await mib(1);
    for (let time = 0; time < 5; time += 1) system.touch(1, 100, 0);
    expect(await mib(1)).toBe(0);
  });

  test("is never more than its own new pages, whatever grows beside it", async () => {
    const { system, mib } = open();
    await mib(1);
    system.touch(1, 1);
    system.bytes += 500 * MIB;
    expect(await mib(1)).toBe(1);
  });

  test("shrinks with the process, unless it is a thread that has ended which lets go", async () => {
    const { system, shares, mib } = open();
    expect([await mib(1), await mib(2)]).toEqual([0, 0]);
    system.touch(1, 200);
    system.touch(2, 200);
    expect([await mib(1), await mib(2)]).toEqual([200, 200]);
    shares.forget(2);
    system.bytes -= 200 * MIB;
    expect(await mib(1)).toBe(200);
    system.bytes -= 150 * MIB;
    expect(await mib(1)).toBe(50);
  });

  test("is not known for a thread that is not there", async () => {
    expect(await open().mib(4)).toBeNaN();
  });
});
