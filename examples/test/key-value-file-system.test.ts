import { describeFileSystem } from "@vivarium/conformance";
import { KeyValueFileSystem, type KeyValueStore } from "../src/custom-filesystem-driver/key-value-file-system.ts";

function createStore(): KeyValueStore {
  const values = new Map<string, Uint8Array>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => {
      values.set(key, value);
    },
    delete: async (key) => {
      values.delete(key);
    },
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** It has the required verbs alone. */
describeFileSystem("KeyValueFileSystem", () => new KeyValueFileSystem(createStore()), {
  symbolicLinks: false,
  hardLinks: false,
  realPaths: false,
  modes: false,
  owners: false,
  linkOwners: false,
  times: false,
  linkTimes: false,
  truncation: false,
  positions: false,
  openFiles: false,
  usage: false,
  plainStat: false,
  text: false,
  nameLists: false,
  createDir: false,
  existence: false,
  inodes: false,
  nameLimit: false,
});
