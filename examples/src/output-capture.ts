/** A guest's output, in the order in which it was written, its input, its arguments and its exit code. */
import { allowAllEnv, createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime, type StdioEvent } from "vivarium";

const lines: string[] = [];
const collect = (event: StdioEvent): void => {
  lines.push(`${event.channel}: ${event.message.trimEnd()}`);
};

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({ permissions: { ...allowAllEnv } }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});

const status = await runtime.exec(
  `
    console.log("name:", process.env.NAME);
    console.error("a warning");
    console.log(new Map([["one", { nested: [1, 2, 3] }]]));
    process.stdin.setEncoding("utf8");
    let input = "";
    process.stdin.on("data", (text) => { input += text; });
    process.stdin.on("end", () => {
      console.log("read %d characters", input.length);
      process.exit(3);
    });
  `,
  { filePath: "/main.cjs", env: { NAME: "vivarium" }, stdin: "three words here", onStdio: collect },
);

console.log(lines.join("\n"));
console.log(`code ${status.code}`);
