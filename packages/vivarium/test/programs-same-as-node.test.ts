import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "../src/index.ts";
import { type CellKind, sampledKinds } from "./worlds.ts";

const programs: Readonly<Record<string, URL>> = {
  cryptography: new URL("./programs/cryptography.cjs", import.meta.url),
  compression: new URL("./programs/compression.cjs", import.meta.url),
  text: new URL("./programs/text.cjs", import.meta.url),
  databases: new URL("./programs/databases.cjs", import.meta.url),
};

const outputs: Map<URL, string> = new Map();

/** What a program prints in this Node. It needs nothing but its library. */
function printedByNode(program: URL): string {
  const known = outputs.get(program) ?? execFileSync(process.execPath, [fileURLToPath(program)], { encoding: "utf8" });
  outputs.set(program, known);
  return known;
}

async function printedByGuest(program: URL, cells: CellKind): Promise<string> {
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
  });
  let output = "";
  const { outcome } = await runtime.exec(readFileSync(program, "utf8"), {
    filePath: "/program.cjs",
    onStdio: ({ channel, message }) => {
      if (channel === "stdout") output += message;
    },
  });
  expect(outcome).toEqual({ kind: "returned", code: 0 });
  return output;
}

describe.each(Object.entries(programs))("%s", (_, program) => {
  it.each(sampledKinds)("comes to the same in a guest (%s) as in Node, errors and all", async (cells) => {
    const expected = printedByNode(program).split("\n");
    expect(expected.length).toBeGreaterThan(20);
    expect((await printedByGuest(program, cells)).split("\n")).toEqual(expected);
  });
});
