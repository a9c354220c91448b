import { once } from "node:events";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { createThreadWords, THREAD_WORDS } from "../../src/channel/thread-words.ts";
import { PortEnd, SentBytes } from "../../src/worker/port-end.ts";

const opened: MessagePort[] = [];

afterEach(() => {
  for (const port of opened.splice(0)) port.close();
});

function open() {
  const { port1, port2 } = new MessageChannel();
  opened.push(port1, port2);
  const words = createThreadWords();
  return { end: new PortEnd(port1, words, new SentBytes(), true), cell: port2, words };
}

describe("the host's end of a port to a worker cell", () => {
  test.each([
    ["text", "frame"],
    ["nothing", undefined],
    ["an object that looks like bytes", { length: 1, buffer: new ArrayBuffer(1), 0: 7 }],
    ["bytes of another kind", new Uint16Array(4)],
    ["bytes that the other thread can still change", new Uint8Array(new SharedArrayBuffer(8))],
  ])("takes no %s for a frame", async (_what, message) => {
    const { end, cell } = open();
    cell.postMessage(message);
    const [fault] = await once(end, "error");
    expect(fault).toMatchObject({ name: "WireError" });
  });

  test("holds what comes while it is paused, and lets the cell go on only when it is taken", async () => {
    const { end, cell, words } = open();
    const taken: string[] = [];
    end.on("data", (chunk) => taken.push(chunk.toString("latin1")));
    end.pause();
    for (const text of ["a", "b", "c"]) cell.postMessage(new Uint8Array(Buffer.from(text)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(taken).toEqual([]);
    expect(words[THREAD_WORDS.takenByHost]).toBe(0);
    end.on("data", () => taken.length === 2 && end.pause());
    end.resume();
    expect(taken).toEqual(["a", "b"]);
    end.resume();
    expect(taken).toEqual(["a", "b", "c"]);
    expect(words[THREAD_WORDS.takenByHost]).toBe(3 * 256);
  });

  test("counts what the cell has not taken, and wakes it", async () => {
    const { end, cell, words } = open();
    end.write(Buffer.from("four"));
    expect(end.writableLength).toBe(4);
    expect(words[THREAD_WORDS.answers]).toBe(1);
    const [message] = await once(cell, "message");
    expect(Buffer.from(message)).toEqual(Buffer.from("four"));
    Atomics.add(words, THREAD_WORDS.takenByCell, 4);
    expect(end.writableLength).toBe(0);
  });

  test("ends when the cell's does, and says nothing after it is destroyed", async () => {
    const { end, cell } = open();
    cell.postMessage(new Uint8Array(1));
    end.on("data", () => expect.unreachable());
    end.destroy();
    await once(end, "end");
    expect(end.destroyed).toBe(true);
  });
});
