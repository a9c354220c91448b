// Flags: --no-warnings --stack-trace-limit=5 --pending-deprecation
// Env: VIVARIUM_SMOKE=set

const assert = require("node:assert");

assert.deepStrictEqual(process.execArgv, ["--no-warnings", "--stack-trace-limit=5", "--pending-deprecation"]);
assert.strictEqual(process.env.VIVARIUM_SMOKE, "set");
