/** What a host may answer at once, or later. */
type Answer<Value> = Value | Promise<Value>;

/**
 * Where a host keeps what its plugins store: bytes by keys, apart for each plugin. Keys are any text of at most 1 KiB in
 * UTF-8, to be told apart exactly: no two that differ are one, in whatever case or form. Of one plugin one write is asked for
 * at a time; one that fails has to leave what was there.
 */
export interface PluginStorage {
  /** @returns undefined: there is none */
  get(plugin: string, key: string): Answer<Uint8Array | undefined>;
  set(plugin: string, key: string, value: Uint8Array): Answer<void>;
  delete(plugin: string, key: string): Answer<void>;
  /** All keys of a plugin, in whatever order. */
  keys(plugin: string): Answer<Iterable<string>>;
  /** Deletes all that a plugin has. */
  clear(plugin: string): Answer<void>;
  /** Bytes of all keys (in UTF-8) and values of a plugin. Asked before each write: let it be quick. */
  usedBytes(plugin: string): Answer<number>;
}
