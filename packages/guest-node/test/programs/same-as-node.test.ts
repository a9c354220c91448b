import { describe, expect, it } from "vitest";
import { runInGuest, runInNode } from "../harness/run-program.ts";
import { programs } from "./programs.table.ts";

describe("a program prints in a guest what it prints in Node", () => {
  for (const program of programs) {
    it(program.title, async () => {
      const options = { path: program.path ?? "/w/main.js", files: program.files ?? {} };
      const guest = await runInGuest(program.code, options);
      const node = runInNode(program.code, options);
      expect(node.stdout, "the control printed nothing: it proves nothing").not.toBe("");
      expect({ stdout: guest.stdout, code: guest.code }).toEqual({ stdout: node.stdout, code: node.code });
    });
  }
});
