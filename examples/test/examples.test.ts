import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { runExample } from "./run-example.ts";

const printed: Readonly<Record<string, readonly string[]>> = {
  "hello.ts": ["code 0: hello from the guest (it sees linux)"],
  "counter.ts": [
    'The call of "increase" has failed: TypeError: a counter counts whole numbers',
    "after 1000 calls: [ 998, 999, 1000 ]",
  ],
  "database-plugin.ts": [
    "{ item: 'teapot', pieces: 3, revenue: 54 }",
    "DROP TABLE: attempt to write a readonly database",
    "2 calls of the host",
  ],
  "request-handler.ts": [
    '/hello?name=Ada  200 {"hello":"Ada","visits":1}',
    '/hello           200 {"hello":"stranger","visits":2}',
    '/nowhere         404 {"error":"no such route"}',
    '/broken          500 {"error":"threw"}',
    '/endless         503 {"error":"cpu-time-limit"}',
    '/hello           503 {"error":"ended"}',
  ],
  "async-iterables.ts": [
    "the host has read 6 lines, and is told that no more is wanted",
    "[ 'error: disk 3 is full', 'error: disk 6 is full' ]",
    "the guest makes page 1",
    "the host has page 1 of 1000",
    "the guest makes page 2",
    "the host has page 2 of 1000",
    "the guest is told that no more is wanted",
  ],
  "permissions.ts": [
    JSON.stringify({
      ok: true,
      message: "hello from permissions",
      blocked: true,
      summary: "filesystem access was allowed for /workspace and denied for /secret.txt",
    }),
  ],
  "presets.ts": [
    "allowAll",
    "  guest: read yes, write yes",
    "  guest: PATH /bin, TOKEN t0ken",
    "  host:  fetch example.com yes, fetch db.internal yes",
    "  host:  start node yes, start sh yes",
    "allowAllFs + allowAllNetwork",
    "  guest: read yes, write yes",
    "  guest: PATH absent, TOKEN absent",
    "  host:  fetch example.com yes, fetch db.internal yes",
    "  host:  start node no, start sh no",
    "allowAllChildProcess",
    "  guest: read EACCES, write EACCES",
    "  guest: PATH absent, TOKEN absent",
    "  host:  fetch example.com no, fetch db.internal no",
    "  host:  start node yes, start sh yes",
    "allowAllEnv",
    "  guest: read EACCES, write EACCES",
    "  guest: PATH /bin, TOKEN t0ken",
    "  host:  fetch example.com no, fetch db.internal no",
    "  host:  start node no, start sh no",
    "callbacks",
    "  guest: read yes, write EACCES",
    "  guest: PATH /bin, TOKEN absent",
    "  host:  fetch example.com yes, fetch db.internal no",
    "  host:  start node yes, start sh no",
  ],
  "in-memory-filesystem.ts": [
    "code 0",
    "sum: 16",
    "after the run: latest (symlink), numbers.txt (file), sum.txt (file)",
    "after restore: numbers.txt (file)",
  ],
  "custom-filesystem-driver/main.ts": [
    "code 0",
    "the guest sees: archive, archive/first.txt, second.txt, link: ENOSYS",
    "/notes/ = ",
    "/notes/archive/ = ",
    "/notes/archive/first.txt = written by the host, continued by the guest",
    "/notes/second.txt = WRITTEN BY THE HOST, CONTINUED BY THE GUEST",
  ],
  "output-capture.ts": [
    "stdout: name: vivarium",
    "stderr: a warning",
    "stdout: Map(1) { 'one' => { nested: [ 1, 2, 3 ] } }",
    "stdout: read 16 characters",
    "code 3",
  ],
  "limits.ts": [
    "an endless loop: cpu-time-limit, code 124",
    "an endless timer: wall-time-limit, code 124",
    "a hoarder: out-of-memory, code 1",
    "a chatterbox: output-limit, code 1",
    "a sleeper, aborted: aborted, code 130",
    "a modest guest: returned, code 0, 42",
  ],
  "es-modules.ts": ["code 0", "  94.00 |  235.00", "2 conversions, main.js imported /app/lib/report.js"],
  "typescript.ts": ["code 0", "total 26", "code 1, at wrong.ts:3:9"],
};

test.each(Object.entries(printed))("%s prints what it promises", async (path, lines) => {
  const run = await runExample(path);
  expect(run.stderr).toBe("");
  expect(run.lines).toEqual(lines);
  expect(run.code).toBe(0);
});

test("every example has an expectation here, or in a test of its own", () => {
  const folder = new URL("../src/", import.meta.url);
  const examples = readdirSync(folder, { withFileTypes: true }).map((entry) =>
    entry.isDirectory() ? `${entry.name}/main.ts` : entry.name,
  );
  expect(examples.sort()).toEqual([...Object.keys(printed), "demo/main.ts"].sort());
});
