import type { StdioEvent } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";

describe("standard input", () => {
  it("is read as far as it goes, and ends", () => {
    const guest = new GuestUnderTest({ stdin: "abcdef" });
    expect(guest.text(guest.call("fs.read", 0, 4, -1))).toBe("abcd");
    expect(guest.text(guest.call("fs.readRest", 0))).toBe("ef");
    expect(guest.call("fs.read", 0, 4, -1)).toBe(0);
    expect(guest.callWith("fs.write", "x", 0, -1)).toBe("EBADF");
  });

  it("of a source that gives later is waited for by an asynchronous read alone", async () => {
    async function* source(): AsyncGenerator<string> {
      yield "one ";
      yield "two";
    }
    const guest = new GuestUnderTest({ stdin: source() });
    expect(guest.call("fs.read", 0, 100, -1)).toBe("ENOTSUP");
    expect(guest.text(await guest.later("fs.read", 0, 100, -1))).toBe("one ");
    expect(guest.text(await guest.later("fs.readRest", 0))).toBe("two");
    expect(await guest.later("fs.read", 0, 100, -1)).toBe(0);
  });

  it("of a source that never gives holds up no file", async () => {
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
    const guest = new GuestUnderTest({ stdin: silent, permissions: { fs: () => true } });
    const pending = guest.later("fs.read", 0, 100, -1);
    expect(await guest.later("fs.stat", "/", true)).toBe(0);
    await guest.host.dispose();
    expect(await Promise.race([pending, "still waiting"])).toBe("still waiting");
  });

  it("of a source that fails is an EIO, and its words stay with the embedder", async () => {
    // biome-ignore lint/correctness/useYield: it fails before it gives
    async function* source(): AsyncGenerator<string> {
      throw new Error("host secret");
    }
    const guest = new GuestUnderTest({ stdin: source() });
    expect(await guest.later("fs.read", 0, 100, -1)).toBe("EIO");
    expect(guest.diagnostics.map(({ code }) => code)).toEqual(["ERR_STDIN_SOURCE"]);
    expect(await guest.later("fs.read", 0, 100, -1)).toBe(0);
  });

  it("can be closed, and is no file afterwards", () => {
    const guest = new GuestUnderTest({ stdin: "abc" });
    expect(guest.call("fs.close", 0)).toBe(0);
    expect(guest.call("fs.read", 0, 1, -1)).toBe("EBADF");
    expect(guest.call("fs.handleType", 0)).toBe(4);
  });
});

describe("standard output", () => {
  const collect = (): { events: StdioEvent[]; onStdio: (event: StdioEvent) => void } => {
    const events: StdioEvent[] = [];
    return {
      events,
      onStdio: (event) => {
        events.push(event);
      },
    };
  };

  it("is decoded across the borders of writes, each channel for itself", async () => {
    const { events, onStdio } = collect();
    const guest = new GuestUnderTest({ onStdio });
    const write = guest.calls.calls["fs.write"];
    write(0, new Uint8Array([0xe2, 0x82]), 1, -1);
    write(0, new Uint8Array([0x61, 0xc3]), 2, -1);
    write(0, new Uint8Array([0xac]), 1, -1);
    await guest.host.finishOutput();
    expect(events).toEqual([
      { channel: "stderr", message: "a" },
      { channel: "stdout", message: "€" },
      { channel: "stderr", message: "\ufffd" },
    ]);
  });

  it("ends the guest at its limit, and what fitted has arrived", () => {
    const { events, onStdio } = collect();
    const guest = new GuestUnderTest({ onStdio, limits: { outputLimitBytes: 10 } });
    expect(guest.callWith("fs.write", "12345678", 1, -1)).toBe(8);
    expect(guest.callWith("fs.write", "12345678", 2, -1)).toBe("ECANCELED");
    expect(guest.callWith("fs.write", "more", 1, -1)).toBe("ECANCELED");
    expect(events.map(({ message }) => message)).toEqual(["12345678", "12"]);
    expect(guest.calls.record.ended).toEqual({ kind: "output-limit", code: 1, limitBytes: 10 });
  });

  it("is answered when the listener has taken it, in order", async () => {
    const taken: string[] = [];
    const guest = new GuestUnderTest({
      onStdio: async ({ message }) => {
        await new Promise((resolve) => {
          setTimeout(resolve, message === "first" ? 10 : 1);
        });
        taken.push(message);
      },
    });
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const answers = [
      guest.host.serve("fs.write", [1, -1], bytes("first")),
      guest.host.serve("fs.write", [1, -1], bytes("second")),
    ];
    expect(guest.host.outputTaken()).toBeInstanceOf(Promise);
    await answers[0];
    expect(taken).toEqual(["first"]);
    await answers[1];
    expect(taken).toEqual(["first", "second"]);
  });

  it("goes on after a listener that fails, and says so", async () => {
    let calls = 0;
    const guest = new GuestUnderTest({
      onStdio: ({ message }) => {
        calls += 1;
        if (message === "throws") throw new Error("listener");
        if (message === "rejects") return Promise.reject(new Error("listener"));
        return undefined;
      },
    });
    for (const message of ["throws", "rejects", "fine"]) guest.callWith("fs.write", message, 1, -1);
    await guest.host.finishOutput();
    expect(calls).toBe(3);
    expect(guest.diagnostics.map(({ code }) => code)).toEqual(["ERR_STDIO_LISTENER", "ERR_STDIO_LISTENER"]);
  });
});
