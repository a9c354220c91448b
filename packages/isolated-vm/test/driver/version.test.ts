import { expect, test } from "vitest";
import { openDriver } from "./open-driver.ts";

const code = `
  const { node, v8 } = process.versions;
  console.log(process.version, node, typeof v8, Object.isFrozen(process.versions));`;

test("a guest has the version of Node that the embedder says, also when it was rehearsed", async () => {
  await using opened = openDriver({ cells: "inline" }, { processConfig: { version: "v22.3.4" } });
  for (let run = 0; run < 2; run += 1) {
    expect(await opened.output(code)).toBe("v22.3.4 22.3.4 string true\n");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

test("a guest has the host's version of Node when the embedder says none", async () => {
  await using opened = openDriver({ cells: "inline" });
  expect(await opened.output(code)).toBe(`${process.version} ${process.versions.node} string true\n`);
});
