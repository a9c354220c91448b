import type { SystemCallScalar } from "@vivarium/core";
import { describe, expect, test } from "vitest";
import { PostedOutput } from "../../src/cell/posted-output.ts";

const text = (length: number): Uint8Array => new Uint8Array(length).fill(97);

/** What a guest's calls come to: those that were waited for, and what was posted. */
function opened(): { readonly port: PostedOutput; readonly events: string[] } {
  const events: string[] = [];
  const heard = (kind: string) => (name: string, args: readonly SystemCallScalar[], input: Uint8Array) => {
    events.push(`${kind} ${name} ${args.join()} ${input.length}`);
    return { result: -9 };
  };
  const host = { call: heard("call"), request: heard("request") };
  const port = new PostedOutput(host, (descriptor, data) => events.push(`post ${descriptor} ${data.length}`));
  return { port, events };
}

describe("output that is posted", () => {
  test("is what goes to the two streams; all else is waited for, in its order", () => {
    const { port, events } = opened();
    expect(port.call("fs.write", [1, -1], text(4))).toEqual({ result: 4 });
    expect(port.call("fs.write", [2, -1], text(5))).toEqual({ result: 5 });
    expect(port.call("fs.write", [3, -1], text(6))).toEqual({ result: -9 });
    expect(port.call("fs.writeFile", [1, 0, 0], text(7))).toEqual({ result: -9 });
    port.request("fs.write", [1, -1], text(8));
    expect(events).toEqual([
      "post 1 4",
      "post 2 5",
      "call fs.write 3,-1 6",
      "call fs.writeFile 1,0,0 7",
      "request fs.write 1,-1 8",
    ]);
  });

  test.each(["call", "request"] as const)("ends for a stream with the %s that closes it", (kind) => {
    const { port, events } = opened();
    port[kind]("fs.close", [1], text(0));
    expect(port.call("fs.write", [1, -1], text(4))).toEqual({ result: -9 });
    expect(port.call("fs.write", [2, -1], text(4))).toEqual({ result: 4 });
    expect(events.slice(1)).toEqual(["call fs.write 1,-1 4", "post 2 4"]);
  });

  test("is bounded: a guest waits for a large write, after many bytes and after many writes", () => {
    const { port, events } = opened();
    port.call("fs.write", [1, -1], text(100_000));
    expect(events.splice(0)).toEqual(["call fs.write 1,-1 100000"]);
    for (const length of [8000, 8000, 8000]) port.call("fs.write", [1, -1], text(length));
    expect(events.splice(0)).toEqual(["post 1 8000", "post 1 8000", "call fs.write 1,-1 8000"]);
    for (let write = 0; write < 200; write += 1) port.call("fs.write", [1, -1], text(1));
    expect(events.filter((event) => event.startsWith("call"))).toHaveLength(3);
    expect(events).toHaveLength(200);
  });
});
