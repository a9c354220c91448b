import { describeFileSystem } from "@vivarium/conformance";
import { ComparedPaths } from "../../src/files/compared-paths.ts";
import { FollowingFileSystem } from "../../src/files/following-file-system.ts";
import { pooledCalls, promptCalls } from "../../src/files/host-calls.ts";
import { HostFiles } from "../../src/files/host-files.ts";
import { DeviceNumbers } from "../../src/files/host-stat.ts";
import { NodeFileSystem, type NodeFileSystemOptions } from "../../src/index.ts";
import { makeHostFolder } from "./fixtures/host-folder.ts";

/** Only root gives files away. Sockets of guests are no business of the host. */
const capabilities = { owners: process.getuid?.() === 0, sockets: false };

function describeNodeFileSystem(name: string, options: Omit<NodeFileSystemOptions, "root">): void {
  describeFileSystem(
    name,
    () => {
      const folder = makeHostFolder();
      return {
        filesystem: new NodeFileSystem({ root: folder.root, ...options }),
        [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
      };
    },
    capabilities,
  );
}

describeNodeFileSystem("NodeFileSystem", {});
describeNodeFileSystem('NodeFileSystem with threads: "all"', { threads: "all" });
describeNodeFileSystem('NodeFileSystem with threads: "none"', { threads: "none", oneFileSystem: true });

describeFileSystem(
  "NodeFileSystem as it works where descriptors do not name",
  () => {
    const folder = makeHostFolder();
    const paths = new ComparedPaths(folder.root, promptCalls);
    const host = { paths, brief: promptCalls, long: pooledCalls, devices: new DeviceNumbers(), readOnly: false };
    return {
      filesystem: new FollowingFileSystem(new HostFiles("host directory", host)),
      [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
    };
  },
  capabilities,
);
