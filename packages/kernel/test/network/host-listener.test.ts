import type { AcceptedConnection } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { HostListener } from "../../src/network/host-listener.ts";
import { ScriptedStream } from "../streams/scripted-stream.ts";

const local = { address: "127.0.0.1", family: 4, port: 80 } as const;

describe("connections that wait for a guest", () => {
  it("are no more than those of a system, whatever the guest says", () => {
    const listener = new HostListener({ local, backlog: 1_000_000, onClose: () => undefined });
    for (let count = 0; count < 511; count += 1) listener.connect();
    expect(() => listener.connect()).toThrow("ECONNREFUSED");
    listener.close();
  });

  it("are taken of a port of the machine as there is room, and let go when it is closed", async () => {
    const taken: ScriptedStream[] = [];
    const real = {
      local,
      accept(): AcceptedConnection {
        taken.push(new ScriptedStream());
        return taken.at(-1) as ScriptedStream;
      },
      close: () => undefined,
    };
    const listener = new HostListener({ local, backlog: 3, onClose: () => undefined, real });
    await expect.poll(() => taken.length).toBe(3);
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toHaveLength(3);
    expect((await listener.accept()).stream).toBe(taken[0]);
    await expect.poll(() => taken.length).toBe(4);
    listener.close();
    expect(taken.map(({ isDestroyed }) => isDestroyed)).toEqual([false, true, true, true]);
  });
});
