import { describeFileSystem, noFileSystemCapabilities } from "@vivarium/conformance";
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

describeFileSystem("KeyValueFileSystem", () => new KeyValueFileSystem(createStore()), noFileSystemCapabilities);
