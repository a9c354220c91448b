const common = require("../common/index.js");
const assert = require("node:assert");
const { readFile } = require("node:fs");
const { join } = require("node:path");

readFile(
  join(__dirname, "../fixtures/answer.json"),
  "utf8",
  common.mustCall((error, text) => {
    assert.ifError(error);
    assert.deepStrictEqual(JSON.parse(text), { answer: 42 });
  }),
);
assert.strictEqual(process.argv[1], "/node/test/parallel/test-smoke-must-call.js");
assert.strictEqual(__filename, process.argv[1]);
