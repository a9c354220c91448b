import { describeFileSystem } from "@vivarium/conformance";
import { createInMemoryFileSystem } from "@vivarium/memfs";

describeFileSystem("createInMemoryFileSystem()", () => createInMemoryFileSystem());

describeFileSystem("createInMemoryFileSystem(), in a directory", () => {
  const filesystem = createInMemoryFileSystem();
  filesystem.mkdir("/a/b", { recursive: true });
  return { filesystem, directory: "/a/b" };
});

describeFileSystem("createInMemoryFileSystem(), with room for a few megabytes and a part of a block", () =>
  createInMemoryFileSystem({ maxBytes: 4_000_001 }),
);
