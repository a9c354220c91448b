import { DatabaseSync } from "node:sqlite";
import { describeFileSystem, noFileSystemCapabilities } from "@vivarium/conformance";
import { SqliteFileSystem } from "../src/sqlite-filesystem/sqlite-file-system.ts";

describeFileSystem(
  "SqliteFileSystem",
  () => {
    const database = new DatabaseSync(":memory:");
    return { filesystem: new SqliteFileSystem(database), [Symbol.asyncDispose]: async () => database.close() };
  },
  { ...noFileSystemCapabilities, modes: true, times: true, inodes: true, nameLimit: true },
);
