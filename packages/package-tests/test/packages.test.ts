import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareProgram } from "../src/compare-program.ts";
import { readExpectations } from "../src/expectations.ts";
import { listPrograms } from "../src/package-program.ts";
import { PackageGuests } from "../src/run-in-guest.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";

/** Of each kind a few that are quick: all of them are `pnpm packages:run`. */
const selection = ["ajv", "chalk", "fs-extra", "lodash", "pino", "sql.js", "yaml", "zod"];

const programs = listPrograms();

describe("a program that uses", () => {
  const guests = new PackageGuests();
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  test.for(selection)("%s prints in a guest what it prints in Node", { timeout: 60_000 }, async (name) => {
    const program = programs.find((one) => one.name === name);
    if (program === undefined) throw new Error(`There is no program ${name}`);
    const { node, guest } = await compareProgram(program, guests, server.url);
    expect(guest.stderr).toBe("");
    expect(guest).toMatchObject({ code: node.code, stdout: node.stdout });
    expect(node.stdout).not.toBe("");
  });
});

test("what is known to differ is known of programs that there are", () => {
  const names = programs.map(({ name }) => name);
  for (const name of readExpectations().keys()) expect(names).toContain(name);
});
