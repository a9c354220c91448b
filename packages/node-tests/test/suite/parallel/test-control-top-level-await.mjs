import assert from "node:assert";

const value = await new Promise((resolve) => setTimeout(resolve, 1, 1));
assert.strictEqual(value, 2);
