import fs from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DescriptorPaths } from "../../src/files/descriptor-paths.ts";
import { type HostCalls, promptCalls } from "../../src/files/host-calls.ts";
import { run } from "../../src/files/steps.ts";
import { makeHostFolder } from "./fixtures/host-folder.ts";

it.runIf(process.platform === "linux")(
  "gives up a path that is another place at each look, and keeps nothing open",
  () => {
    using folder = makeHostFolder();
    const [file, other, third] = ["file", "other", "third"].map((name) => join(folder.root, name)) as [
      string,
      string,
      string,
    ];
    for (const path of [file, other]) fs.writeFileSync(path, "");
    const open = new Set<number>();
    let looks = 0;
    let swaps = Number.POSITIVE_INFINITY;
    const calls: HostCalls = {
      ...promptCalls,
      open(path, flags) {
        const fd = fs.openSync(path, flags);
        open.add(fd);
        return fd;
      },
      close(fd) {
        open.delete(fd);
        fs.closeSync(fd);
      },
      readlink(path) {
        looks += 1;
        if (looks <= swaps) {
          for (const [from, to] of [
            [file, third],
            [other, file],
            [third, other],
          ] as const)
            fs.renameSync(from, to);
        }
        return fs.readlinkSync(path);
      },
    };
    const paths = new DescriptorPaths({
      root: folder.root,
      calls,
      dev: fs.statSync(folder.root).dev,
      mount: undefined,
    });
    expect(() => run(paths.hold("/file"))).toThrow(expect.objectContaining({ code: "ELOOP" }));
    expect([looks, open.size]).toEqual([8, 0]);
    looks = 0;
    swaps = 7;
    expect(run(paths.hold("/file"))).toMatchObject({ way: expect.stringMatching(/^\/proc\/self\/fd\//) });
    expect([looks, open.size]).toEqual([8, 1]);
    for (const fd of open) fs.closeSync(fd);
  },
);
