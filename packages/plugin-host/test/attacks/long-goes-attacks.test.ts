import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CpuCourtesy } from "../../src/host/cpu-courtesy.ts";
import { type Go, LongGoes } from "../../src/host/long-goes.ts";
import { hostsUnderTest, plugin, SOON, startAll } from "../support/plugin-hosts.ts";

const hosts = hostsUnderTest();

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether somebody wants to compute at a time, in milliseconds. */
type Wants = (now: number) => boolean;

const ALWAYS: Wants = () => true;
const NEVER: Wants = () => false;
/** What a process that waits takes to go on, in milliseconds: as measured of cells. */
const RESUME_MS = 0.1;

/** Somebody on a machine of the test's. */
class Process implements Go {
  readonly who = {};
  wants: Wants;
  isSuspended = false;
  stops = 0;
  used = 0;

  constructor(wants: Wants) {
    this.wants = wants;
  }

  usedMs(): number {
    return this.used;
  }

  suspend(): void {
    this.stops += 1;
    this.isSuspended = true;
  }

  resume(): void {
    if (this.isSuspended) this.used += RESUME_MS;
    this.isSuspended = false;
  }
}

/** A machine on which all who want a processor, and are not stopped, get the same of them. */
class Machine {
  readonly goes: LongGoes;
  readonly #processors: number;
  readonly #processes: Process[] = [];
  #now = 0;

  constructor(processors: number) {
    this.#processors = processors;
    this.goes = new LongGoes(processors);
  }

  start(wants: Wants): Process {
    const process = new Process(wants);
    this.#processes.push(process);
    return process;
  }

  /** Somebody who has computed for long at this event already. */
  startLong(wants: Wants): Process {
    const process = this.start(wants);
    this.goes.begin(process);
    this.goes.stretch(process);
    return process;
  }

  run(milliseconds: number): void {
    for (let passed = 0; passed < milliseconds; passed += 1) {
      const computing = this.#processes.filter(({ wants, isSuspended }) => !isSuspended && wants(this.#now));
      const each = Math.min(1, this.#processors / computing.length);
      for (const process of computing) process.used += each;
      this.#now += 1;
      vi.advanceTimersByTime(1);
    }
  }

  /** How long it takes until somebody has computed so much. */
  timeOf(process: Process, workMs: number, withinMs: number): number {
    const until = process.used + workMs - 1e-6;
    for (let passed = 0; passed < withinMs; passed += 20) {
      if (process.used >= until) return passed;
      this.run(20);
    }
    return Number.POSITIVE_INFINITY;
  }
}

describe("one who computes for long now and then", () => {
  test("does not wait until newcomers have computed as much as it ever has", () => {
    const machine = new Machine(2);
    const honest = machine.startLong(ALWAYS);
    machine.run(20_000);
    for (let newcomer = 0; newcomer < 4; newcomer += 1) machine.startLong(ALWAYS);
    expect(machine.timeOf(honest, 100, 5000)).toBeLessThan(2000);
  });

  test("goes before all who compute without end when it has not done so for a while", () => {
    const machine = new Machine(2);
    for (let hostile = 0; hostile < 60; hostile += 1) machine.startLong(ALWAYS);
    machine.run(30_000);
    expect(machine.timeOf(machine.startLong(ALWAYS), 100, 5000)).toBeLessThan(200);
  });

  test("does not wait for who computes a little in each of its slices, and so keeps its turn", () => {
    const machine = new Machine(2);
    const honest = machine.startLong(ALWAYS);
    machine.run(3000);
    honest.wants = NEVER;
    machine.run(1000);
    for (let hostile = 0; hostile < 3; hostile += 1) machine.startLong((now) => now % 20 < 2);
    machine.run(1000);
    honest.wants = ALWAYS;
    machine.goes.stretch(honest);
    expect(machine.timeOf(honest, 300, 5000)).toBeLessThan(1500);
  });

  test("does not wait while others keep a turn that they do not use", () => {
    const machine = new Machine(1);
    const honest = machine.startLong(ALWAYS);
    machine.run(500);
    // Each of them is soon seen to be idle, and the next has its turn.
    for (let waiting = 0; waiting < 30; waiting += 1) machine.startLong(NEVER);
    expect(machine.timeOf(honest, 300, 5000)).toBeLessThan(1500);
  });

  test("has the processors that those do not need who only wait for something", () => {
    const machine = new Machine(2);
    for (let waiting = 0; waiting < 8; waiting += 1) machine.goes.begin(machine.start(NEVER));
    machine.run(100);
    expect(machine.timeOf(machine.startLong(ALWAYS), 500, 5000)).toBeLessThan(700);
  });

  test("gives way, all the same, as soon as those compute", () => {
    const machine = new Machine(1);
    const waiting = machine.start(NEVER);
    machine.goes.begin(waiting);
    const long = machine.startLong(ALWAYS);
    machine.run(200);
    waiting.wants = ALWAYS;
    expect(machine.timeOf(waiting, 75, 5000)).toBeLessThan(140);
    expect(long.used).toBeGreaterThan(150);
  });
});

test("whoever waits for something is seen to do so also where it has one turn after the other", () => {
  const machine = new Machine(2);
  for (let busy = 0; busy < 2; busy += 1) machine.goes.begin(machine.start(ALWAYS));
  for (let waiting = 0; waiting < 3; waiting += 1) machine.startLong(NEVER);
  machine.run(5000);
  expect(vi.getTimerCount()).toBe(0);
});

test("waiting in between does not make one event count as many", () => {
  const machine = new Machine(2);
  const plugin = machine.startLong(ALWAYS);
  for (let wait = 0; wait < 3; wait += 1) {
    machine.run(40);
    plugin.wants = NEVER;
    machine.run(400);
    plugin.wants = ALWAYS;
    machine.goes.stretch(plugin);
  }
  plugin.wants = NEVER;
  machine.goes.end(plugin);
  machine.run(400);
  const { stops } = plugin;
  machine.goes.begin(plugin);
  expect(plugin.stops).toBe(stops);
  machine.goes.stretch(plugin);
  machine.goes.end(plugin);
  machine.run(400);
  machine.goes.begin(plugin);
  expect(plugin.stops).toBe(stops + 2);
});

test("whoever leaves goes on, and nothing is left that looks", () => {
  const machine = new Machine(1);
  const all = Array.from({ length: 5 }, () => machine.startLong(ALWAYS));
  machine.run(100);
  for (const process of all) machine.goes.leave(process);
  expect(all.map(({ isSuspended }) => isSuspended)).toEqual(all.map(() => false));
  expect(vi.getTimerCount()).toBe(0);
});

describe("one who is told of much", () => {
  /** A guest that has computed so long after each event, and is told of the next at once. */
  async function toldOf(events: number, computesMs: number): Promise<{ standsBack: boolean; stops: number }> {
    const guest = { used: 0, standsBack: false, stops: 0 };
    const courtesy = new CpuCourtesy({ burstMs: 20, ofCore: 0.1 }, new LongGoes(2));
    courtesy.follow({
      cpuTimeMs: () => guest.used,
      standBack: () => {
        guest.standsBack = true;
      },
      suspend: () => {
        guest.stops += 1;
      },
      resume: () => undefined,
    });
    for (let event = 0; event < events; event += 1) {
      await courtesy.deliver(async () => {
        guest.used += computesMs;
        vi.advanceTimersByTime(computesMs);
      });
      vi.advanceTimersByTime(1);
    }
    const { standsBack, stops } = guest;
    courtesy.follow(undefined);
    return { standsBack, stops };
  }

  test("is seen to use more than its share, though each of its goes is over before it is looked at", async () => {
    const { standsBack, stops } = await toldOf(200, 15);
    expect([standsBack, stops > 0]).toEqual([true, true]);
  });

  test("and not for a few that come together", async () => {
    expect(await toldOf(12, 15)).toEqual({ standsBack: false, stops: 0 });
  });
});

test("who computes whenever nobody looks, and waits as soon as it was stopped, is looked at the more often", () => {
  const machine = new Machine(2);
  let [last, restsUntil] = [0, 5000];
  const sly = machine.start((now) => {
    if (now - last > 1) restsUntil = Math.max(restsUntil, now + 500);
    last = now;
    return now >= restsUntil;
  });
  for (let other = 0; other < 2; other += 1) machine.goes.begin(machine.start(ALWAYS));
  const courtesy = new CpuCourtesy({ burstMs: 20, ofCore: 0.1 }, machine.goes);
  courtesy.follow({
    cpuTimeMs: () => sly.used,
    standBack: () => undefined,
    suspend: () => sly.suspend(),
    resume: () => sly.resume(),
  });
  machine.run(35_000);
  courtesy.follow(undefined);
  expect(sly.used / 30_000).toBeLessThan(0.2);
});

describe.runIf(process.platform === "linux")("plugins that are stopped in the midst of what they compute", () => {
  beforeEach(() => void vi.useRealTimers());

  /** All processes below one that are stopped. */
  function stoppedBelow(pid: number): readonly number[] {
    const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
    return children.flatMap((child) => [...(isStopped(child) ? [child] : []), ...stoppedBelow(child)]);
  }

  const isStopped = (pid: number): boolean => / T /u.test(read(`/proc/${pid}/stat`));

  function read(file: string): string {
    try {
      return readFileSync(file, "latin1");
    } catch {
      return "";
    }
  }

  test("can be ended in any way, and nothing stays stopped", async () => {
    const host = hosts.with({ stopTimeoutMs: 200, limits: { cpuTimeMs: 10_000 }, cpuShare: { burstMs: 20 } });
    const ids = ["a", "b", "c", "d", "e", "f", "g"];
    const body = "context.events.on('it', () => { for (;;); });";
    await startAll(host, ...ids.map((id) => plugin(id, body, { hooks: ["it"] })));
    const told = host.emit("it");
    await expect.poll(() => stoppedBelow(process.pid).length, SOON).toBeGreaterThanOrEqual(4);
    for (const pid of stoppedBelow(process.pid).slice(0, 2)) process.kill(pid, "SIGKILL");
    await Promise.all([host.stop("a"), host.stop("b"), host.disable("c"), host.disable("d")]);
    await Promise.all([host.uninstall("a"), host.uninstall("c"), host.uninstall("e"), host.uninstall("f")]);
    await host.dispose();
    await told;
    await expect.poll(() => stoppedBelow(process.pid), SOON).toEqual([]);
  });
});
