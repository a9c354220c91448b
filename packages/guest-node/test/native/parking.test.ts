import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PARKED } from "../../src/native/thread-controls.ts";

const child = fileURLToPath(new URL("parking-child.ts", import.meta.url));

function attack(how: string) {
  const flags = ["--no-node-snapshot", "--conditions=@vivarium/source"];
  return spawnSync(process.execPath, [...flags, child, how], { encoding: "utf8", timeout: 50_000 });
}

describe("A thread whose guest makes an object that does not fit into its heap", { timeout: 60_000 }, () => {
  it("ends the process, as V8 has it", () => {
    expect(attack("neither").signal).toBe("SIGABRT");
  });

  it("sleeps for ever when it is told to: the other threads go on, and the process can be left", () => {
    const { status, stdout } = attack("parks");
    expect(JSON.parse(stdout)).toEqual({ parkedFor: PARKED.outOfMemory, parked: 1 });
    expect(status).toBe(7);
  });

  it("goes on when its heap has room: the guest alone is ended, at its limit, and sees nothing of the room", () => {
    const { status, stdout } = attack("roomy");
    const { parked, end } = JSON.parse(stdout);
    expect(parked).toBe(0);
    expect(end.message).toContain("memory limit");
    expect(end.limit / 2 ** 20).toBeGreaterThan(63);
    expect(end.limit / 2 ** 20).toBeLessThan(80);
    expect(status).toBe(7);
  });
});
