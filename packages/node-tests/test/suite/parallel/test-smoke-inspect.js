const assert = require("node:assert");
const { inspect } = require("node:util");

assert.strictEqual(inspect(new Map([[1, { a: [2] }]])), "Map(1) { 1 => { a: [ 2 ] } }");
assert.throws(() => assert.deepStrictEqual([1], [2]), { code: "ERR_ASSERTION" });
