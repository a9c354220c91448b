/** What becomes of guests that want too much: each limit has an outcome of its own, and the host goes on. */
import { createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "vivarium";

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver(),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  memoryLimit: 64,
});

const endlessLoop = await runtime.run("for (;;) {}", { cpuTimeLimitMs: 200 });
console.log(`an endless loop: ${endlessLoop.outcome.kind}, code ${endlessLoop.code}`);

const endlessTimer = await runtime.run("setInterval(() => {}, 10)", { wallTimeLimitMs: 300 });
console.log(`an endless timer: ${endlessTimer.outcome.kind}, code ${endlessTimer.code}`);

const hoarder = await runtime.run("const all = []; for (;;) all.push(new Array(1e5).fill(all.length));");
console.log(`a hoarder: ${hoarder.outcome.kind}, code ${hoarder.code}`);

const chatterbox = await runtime.run('for (;;) console.log("again and again");', { outputLimitBytes: 10_000 });
console.log(`a chatterbox: ${chatterbox.outcome.kind}, code ${chatterbox.code}`);

const abort = new AbortController();
setTimeout(() => abort.abort(), 100);
const sleeper = await runtime.run("await new Promise((resolve) => setTimeout(resolve, 60_000));", {
  filePath: "/sleeper.mjs",
  signal: abort.signal,
});
console.log(`a sleeper, aborted: ${sleeper.outcome.kind}, code ${sleeper.code}`);

const modest = await runtime.run<number>("module.exports = 6 * 7;");
console.log(`a modest guest: ${modest.outcome.kind}, code ${modest.code}, ${modest.exports}`);
