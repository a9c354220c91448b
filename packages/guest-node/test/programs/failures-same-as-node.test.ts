import { describe, expect, it } from "vitest";
import { runInGuest, runInNode } from "../harness/run-program.ts";
import { failures } from "./failures.table.ts";

describe("a program that fails prints in a guest what it prints in Node", () => {
  for (const program of failures) {
    it(program.title, async () => {
      const options = { path: program.path ?? "/w/main.js", files: program.files ?? {} };
      const { stdout, stderr, code } = await runInGuest(program.code, options);
      const node = runInNode(program.code, options);
      expect({ stdout, stderr, code }).toEqual(node);
      expect(stdout + stderr, "nothing was printed: it proves nothing").not.toBe("");
    });
  }
});
