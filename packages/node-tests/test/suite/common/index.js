// The smallest stand-in for the helper module of Node's suite: what the programs beside it need.
const assert = require("node:assert");

const expected = [];

process.on("exit", () => {
  for (const call of expected) assert.strictEqual(call.seen, call.wanted, `${call.name} was called ${call.seen} times`);
});

exports.mustCall = (callback = () => {}, wanted = 1) => {
  const call = { name: callback.name || "callback", seen: 0, wanted };
  expected.push(call);
  return function counted(...args) {
    call.seen += 1;
    return Reflect.apply(callback, this, args);
  };
};

exports.skip = (reason) => {
  process.stdout.write(`1..0 # Skipped: ${reason}\n`);
  process.exit(0);
};
