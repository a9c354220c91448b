import type { CallAnswer, HostPort } from "@vivarium/kernel";
import { describe, expect, test } from "vitest";
import { OUTPUT_PIECE_BYTES, splitOutput } from "../src/split-output.ts";

/** A port that notes the length of what it is given and answers as it is told; after that it takes everything. */
function createPort(answers: readonly CallAnswer[] = []): { readonly port: HostPort; readonly lengths: number[] } {
  const lengths: number[] = [];
  const serve = (_name: unknown, _args: unknown, input: Uint8Array): CallAnswer => {
    lengths.push(input.length);
    return answers[lengths.length - 1] ?? { result: input.length };
  };
  return { port: { call: serve, request: async (...asked) => serve(...asked) }, lengths };
}

const long = new Uint8Array(2 * OUTPUT_PIECE_BYTES + 10);

describe.each(["call", "request"] as const)("long output by %s", (way) => {
  test("crosses piece by piece, and is answered as one", async () => {
    const { port, lengths } = createPort();
    expect(await splitOutput(port)[way]("fs.write", [1, -1], long)).toEqual({ result: long.length });
    expect(lengths).toEqual([OUTPUT_PIECE_BYTES, OUTPUT_PIECE_BYTES, 10]);
  });

  test("ends where the host ends the guest", async () => {
    const ended = { kind: "output-limit", code: 1, limitBytes: 5 } as const;
    const { port, lengths } = createPort([{ result: OUTPUT_PIECE_BYTES }, { result: -1, ended }]);
    expect(await splitOutput(port)[way]("fs.write", [2, -1], long)).toEqual({ result: OUTPUT_PIECE_BYTES, ended });
    expect(lengths).toHaveLength(2);
  });

  test("that fails at once fails, and that fails later tells what was written", async () => {
    const failing = createPort([{ result: -5 }]);
    expect(await splitOutput(failing.port)[way]("fs.write", [1, -1], long)).toEqual({ result: -5 });
    const later = createPort([{ result: OUTPUT_PIECE_BYTES }, { result: -5 }]);
    expect(await splitOutput(later.port)[way]("fs.write", [1, -1], long)).toEqual({ result: OUTPUT_PIECE_BYTES });
  });

  test("is only what goes to standard output and standard error", async () => {
    const { port, lengths } = createPort();
    await splitOutput(port)[way]("fs.write", [3, 0], long);
    await splitOutput(port)[way]("fs.writeFile", ["/file", 0, 0], long);
    expect(lengths).toEqual([long.length, long.length]);
  });
});
