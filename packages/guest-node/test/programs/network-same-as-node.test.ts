import { describe, expect, it } from "vitest";
import { runInGuest, runInNode } from "../harness/run-program.ts";
import { networkPrograms } from "./network-programs.table.ts";

describe("a program that talks to itself prints in a guest what it prints in Node", () => {
  for (const { title, code } of networkPrograms) {
    it(title, async () => {
      const guest = await runInGuest(code);
      const node = runInNode(code);
      expect(node.stdout, "the control printed nothing: it proves nothing").not.toBe("");
      expect({ stdout: guest.stdout, code: guest.code }).toEqual({ stdout: node.stdout, code: node.code });
    });
  }
});
