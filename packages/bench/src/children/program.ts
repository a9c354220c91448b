/**
 * Starts children, and says how many milliseconds one takes, in the middle of several. The same text is run by Node and in a guest, where
 * `node` is another guest.
 */
export const program = `
const { execFileSync, spawn } = require("node:child_process");
const { once } = require("node:events");

const ROUNDS = 15;
const MIB = 1024 * 1024;

async function middle(act) {
  const took = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await act();
    took.push(performance.now() - start);
  }
  return took.sort((a, b) => a - b)[ROUNDS >> 1];
}

async function ended(command, args) {
  await once(spawn(command, args, { stdio: "ignore" }), "close");
}

async function copied() {
  const child = spawn("cat", [], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdout.resume();
  child.stdin.end(Buffer.alloc(16 * MIB));
  await once(child, "close");
}

async function measure() {
  return {
    spawn: await middle(() => ended("true", [])),
    execFileSync: await middle(() => execFileSync("true")),
    "spawn of node": await middle(() => ended("node", ["-e", ""])),
    "execFileSync of node": await middle(() => execFileSync("node", ["-e", ""])),
    "16 MiB through cat": await middle(copied),
    "16 MiB of execFileSync": await middle(() =>
      execFileSync("head", ["-c", String(16 * MIB), "/dev/zero"], { maxBuffer: 32 * MIB }),
    ),
  };
}
`;
