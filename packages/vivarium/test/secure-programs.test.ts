import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { allowUrls, createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "../src/index.ts";
import { localCertificate } from "./local-certificate.table.ts";
import { securePrograms } from "./secure-programs.table.ts";
import { type CellKind, sampledKinds } from "./worlds.ts";

/** What both of its ends print: which of them is first, nobody says. */
const linesOf = (output: string): string[] => output.trimEnd().split("\n").sort();

async function printedByGuest(code: string, cells: CellKind): Promise<string[]> {
  await using runtime = new NodeRuntime({
    // To itself a guest may listen, and nothing more.
    systemDriver: createNodeDriver({ permissions: { network: ({ op }) => op === "listen" } }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
    memoryLimit: 256,
  });
  let output = "";
  const { outcome } = await runtime.exec(code, {
    filePath: "/program.cjs",
    onStdio: ({ message }) => {
      output += message;
    },
  });
  expect(outcome, output).toEqual({ kind: "returned", code: 0 });
  return linesOf(output);
}

describe.each(securePrograms)("a program that speaks TLS to itself: $title", ({ code }) => {
  it.each(sampledKinds)("prints in a guest (%s) what it prints in Node", async (cells) => {
    const printed = linesOf(execFileSync(process.execPath, ["-e", code], { encoding: "utf8" }));
    expect(printed.length).toBeGreaterThan(1);
    expect(await printedByGuest(code, cells)).toEqual(printed);
  });
});

describe("TLS of a guest's own, to the outside", () => {
  it("is bytes like any other: where requests alone are allowed, none of it goes out", async () => {
    let connections = 0;
    await using runtime = new NodeRuntime({
      systemDriver: createNodeDriver({
        networkAdapter: {
          name: "counting",
          lookup: () => [{ address: "192.0.2.1", family: 4 }],
          fetch: () => Promise.reject(new Error("no request was made")),
          connect: () => {
            connections += 1;
            throw new Error("no connection was allowed");
          },
        },
        permissions: { network: allowUrls(["https://a.test/**"]) },
      }),
      runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells: "inline" }),
    });
    let output = "";
    await runtime.exec(
      `const { connect } = require("node:net"), tls = require("node:tls"), { Duplex } = require("node:stream");
       const raw = connect(443, "a.test").on("error", (error) => console.log("raw", error.code));
       const own = new Duplex({ read() {}, write(bytes, _, done) { raw.write(bytes, done); } });
       raw.on("data", (bytes) => own.push(bytes)).on("close", () => own.destroy());
       const socket = tls.connect({ socket: own, servername: "a.test", ca: ${JSON.stringify(localCertificate.cert)} }, () => console.log("secure"));
       socket.on("error", (error) => console.log("tls", error.code));`,
      {
        filePath: "/program.cjs",
        onStdio: ({ message }) => {
          output += message;
        },
      },
    );
    expect(linesOf(output)).toContain("raw EACCES");
    expect(output).not.toContain("secure");
    expect(connections).toBe(0);
  });
});
