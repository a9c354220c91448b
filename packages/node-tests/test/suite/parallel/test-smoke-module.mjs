import assert from "node:assert";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";

const answer = createRequire(import.meta.url)("../fixtures/answer.json");
assert.strictEqual(await setTimeout(1, answer.answer), 42);
assert.strictEqual(import.meta.filename, "/node/test/parallel/test-smoke-module.mjs");
