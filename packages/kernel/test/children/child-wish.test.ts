import { describe, expect, test } from "vitest";
import { readChildWish } from "../../src/children/child-wish.ts";
import { heapOf } from "../../src/children/guest-start.ts";

const whole = {
  file: "cat",
  args: ["cat", "-n"],
  cwd: "/work",
  env: ["A=1"],
  stdio: ["pipe", "ignore", 2, "ipc"],
  uid: 0,
  gid: 0,
  timeoutMs: 100,
  killSignal: 9,
  maxBuffer: 10,
};
const least = { file: "cat", args: [], env: [], stdio: [] };

describe("What a cell says that its guest wants to start", () => {
  test("is read field by field, and nothing else of it is kept", () => {
    expect(readChildWish(JSON.stringify(whole))).toStrictEqual(whole);
    const strange = `{ "__proto__": { "uid": 0 }, "shell": true, "resolved": "/bin/sh", ${JSON.stringify(least).slice(1)}`;
    const wish = readChildWish(strange);
    expect(wish).toStrictEqual(least);
    expect(Object.getPrototypeOf(wish)).toBe(Object.prototype);
  });

  const thread = {
    threadId: 1,
    name: "",
    isInternal: false,
    execArgv: [],
    options: { "--title": "x", "--warnings": false },
    resourceLimits: [-1, 16, 0, 4],
  };

  test("may be a thread, of which the same holds", () => {
    const wish = readChildWish(JSON.stringify({ ...least, worker: { ...thread, more: 1 } }));
    expect(wish.worker).toEqual(thread);
  });

  const wrong: readonly [string, object][] = [
    ["no text", { file: 1 }],
    ["a thread that is none", { worker: 1 }],
    ["a thread without a number of its own", { worker: { ...thread, threadId: 0 } }],
    ["a thread with an option that is no value", { worker: { ...thread, options: { "--title": {} } } }],
    ["a thread that is perhaps the library's", { worker: { ...thread, isInternal: 1 } }],
    ["a thread with too few limits", { worker: { ...thread, resourceLimits: [] } }],
    ["a name with a NUL", { file: "ca\0t" }],
    ["an argument with a NUL", { args: ["a\0b"] }],
    ["too many arguments", { args: Array.from({ length: 65_537 }, () => "") }],
    ["too many variables", { env: Array.from({ length: 4_097 }, () => "A=") }],
    ["too many streams", { stdio: Array.from({ length: 65 }, () => "ignore") }],
    ["a stream of another kind", { stdio: ["inherit"] }],
    ["a descriptor of the host", { stdio: [3] }],
    ["a directory that is none", { cwd: ["/"] }],
    ["a user that is no number", { uid: "0" }],
    ["no time", { timeoutMs: null }],
    ["a time before now", { timeoutMs: -1 }],
    ["a signal that is a name", { killSignal: "SIGKILL" }],
    ["a signal that is between two", { killSignal: 1.5 }],
    ["a signal that there is not", { killSignal: 1_000 }],
  ];

  test.each(wrong)("is refused when it has %s", (_what, fields) => {
    expect(() => readChildWish(JSON.stringify({ ...least, ...fields }))).toThrow(
      expect.objectContaining({ code: "EINVAL" }),
    );
  });

  test("is over in its time, however long that is", () => {
    expect(readChildWish(JSON.stringify({ ...least, timeoutMs: 1e300 })).timeoutMs).toBe(2_147_483_647);
  });

  test.each(["", "null", "1", "[]", "{", '{"file":"cat"}'])("is refused when it is %j", (json) => {
    expect(() => readChildWish(json)).toThrow(expect.objectContaining({ code: "EINVAL" }));
  });
});

test("a thread's heap is one of a few sizes, and no more than its guest's", () => {
  const sizes = [
    [-1, -1],
    [-1, 1],
    [4, 16],
    [-1, 33.5],
    [0, 64],
    [48, 200],
  ].map((limits) => heapOf({ resourceLimits: [...limits, 0, 4] }, 96));
  expect(sizes).toEqual([96, 16, 32, 64, 64, 96]);
});
