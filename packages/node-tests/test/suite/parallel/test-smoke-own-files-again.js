const assert = require("node:assert");
const fs = require("node:fs");

// Each file has a filesystem of its own: whichever of the two twins runs second must not see the other's traces.
assert.strictEqual(fs.existsSync("/tmp/trace"), false);
fs.writeFileSync("/tmp/trace", "seen");
