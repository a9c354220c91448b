import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { loadHostControls, loadThreadControls } from "../../src/index.ts";

const { processCpuMs, systemThreadCpuMs } = loadHostControls();
const isLinux = process.platform === "linux";

test.runIf(isLinux)("the CPU time of a process is told exactly, and of one that is gone not at all", async () => {
  const { user, system } = process.cpuUsage();
  const told = processCpuMs(process.pid);
  expect(told).toBeGreaterThanOrEqual((user + system) / 1000 - 1);
  for (const end = performance.now() + 20; performance.now() < end; );
  expect(processCpuMs(process.pid)).toBeGreaterThan(told + 1);
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  expect(processCpuMs(child.pid ?? Number.NaN)).toBe(-1);
});

test.runIf(isLinux)("that of a thread of this process is, and of another's not", () => {
  const { systemThread } = loadThreadControls().currentThread();
  expect(systemThreadCpuMs(systemThread)).toBeGreaterThan(0);
  expect(systemThreadCpuMs(systemThread)).toBeLessThanOrEqual(processCpuMs(process.pid));
  expect(systemThreadCpuMs(process.ppid)).toBe(-1);
});

test.each([0, -1, Number.NaN, "1", undefined])(
  "what is no number of a process or a thread is refused: %j",
  (number) => {
    expect(() => processCpuMs(number as number)).toThrow(TypeError);
    expect(() => systemThreadCpuMs(number as number)).toThrow(TypeError);
  },
);
