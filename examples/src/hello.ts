/** The smallest program: a guest that knows nothing of its host, and what it answers. */
import { createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "vivarium";

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver(),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});

const result = await runtime.run<{ greeting: string; platform: string }>(`
  const os = require("node:os");
  module.exports = { greeting: "hello from the guest", platform: os.platform() };
`);

console.log(`code ${result.code}: ${result.exports?.greeting} (it sees ${result.exports?.platform})`);
