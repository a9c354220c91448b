import { BARE_BUNDLE, GUEST_BUNDLE } from "@vivarium/core";

/** What a library is made from. */
export interface LibraryOptions {
  /** Source by id. @default what the Node binary of this process carries */
  readonly sources?: Readonly<Record<string, string>> | undefined;
  /** What guests load of ours beside Node's, by id. @default nothing */
  readonly ours?: Readonly<Record<string, string>> | undefined;
}

/** Code cache of one source may not be larger than this. */
const CODE_MAX_BYTES = 16 * 1024 * 1024;

/** Node's own JavaScript library and what of ours stands beside it, and the code cache of both. Guests of one cell share it; none can change it. */
export class Library {
  readonly #sources: ReadonlyMap<string, string>;
  readonly #code: Map<string, Uint8Array> = new Map();

  constructor(options: LibraryOptions = {}) {
    const { sources = nativeSources(), ours = {} } = options;
    this.#sources = new Map([...Object.entries(sources), ...Object.entries(ours)]);
  }

  /** Ids of all that it has. */
  ids(): IterableIterator<string> {
    return this.#sources.keys();
  }

  source(id: string): string | undefined {
    return this.#sources.get(id);
  }

  code(id: string): Uint8Array | undefined {
    return this.#code.get(id);
  }

  /** Keeps code cache. Only a guest that prepares its cell, before any program has run in it, may reach this. */
  keep(id: string, code: Uint8Array): boolean {
    const isKnown = this.#sources.has(id) || id === GUEST_BUNDLE || id === BARE_BUNDLE;
    if (!isKnown || code.byteLength === 0 || code.byteLength > CODE_MAX_BYTES) return false;
    this.#code.set(id, code);
    return true;
  }

  /** All code cache, to fill the library of another cell with. */
  keptCode(): ReadonlyMap<string, Uint8Array> {
    return this.#code;
  }
}

/** `process.binding` is deprecated but the only way to the sources; asking for it must not warn in the embedder's name. */
function nativeSources(): Record<string, string> {
  const host = process as typeof process & {
    noDeprecation?: boolean;
    binding(name: string): Record<string, string>;
  };
  const before = host.noDeprecation;
  host.noDeprecation = true;
  try {
    const sources: Record<string, string> = Object.create(null);
    for (const [id, source] of Object.entries(host.binding("natives"))) {
      if (typeof source === "string") sources[id] = source;
    }
    return sources;
  } finally {
    if (before === undefined) delete host.noDeprecation;
    else host.noDeprecation = before;
  }
}
