import { elementsOf, entriesOf, isJsonObject, type JsonObject, own } from "./json-document.ts";

/** Where a reference leads. */
export interface Referenced {
  /** From the root of the document: `#/$defs/User`. */
  readonly pointer: string;
  readonly schema: unknown;
}

/** Schemas that one leads to, up to which it is told whether it is the same as one of another document. */
const MOST_COMPARED = 50;

/** What the references of a document lead to. */
export class References {
  readonly #document: JsonObject;
  readonly #counts = new Map<string, number>();

  #id: number | undefined;

  constructor(document: JsonObject) {
    this.#document = document;
    for (const reference of referencesIn(document)) {
      this.#counts.set(reference, (this.#counts.get(reference) ?? 0) + 1);
    }
  }

  /** Whether a reference is the only one to what it leads to: then nothing in that leads back to it. */
  isOnly(reference: string): boolean {
    return reference !== "#" && this.#counts.get(reference) === 1;
  }

  /** Whether the whole document is a part of itself. */
  get isRecursive(): boolean {
    return this.#counts.has("#");
  }

  /** Undefined of a reference that leads out of the document, or nowhere. */
  follow(reference: unknown): Referenced | undefined {
    if (reference === "#") return { pointer: "#", schema: this.#document };
    if (typeof reference !== "string" || !reference.startsWith("#/")) return undefined;
    let schema: unknown = this.#document;
    for (const part of reference.slice(2).split("/")) {
      const name = unescapePart(part);
      if (Array.isArray(schema)) schema = schema[Number(name)];
      else schema = isJsonObject(schema) ? own(schema, name) : undefined;
    }
    return schema === undefined ? undefined : { pointer: reference, schema };
  }

  /**
   * A text that is the same for what means the same: a schema with all that it leads to.
   *
   * @param intern a number for a text, the same for the same
   */
  keyOf(start: Referenced, intern: (text: string) => number): string {
    const found = new Map<string, unknown>([[start.pointer, start.schema]]);
    for (const schema of found.values()) {
      for (const reference of referencesIn(schema)) {
        const next = this.follow(reference);
        if (next !== undefined) found.set(next.pointer, next.schema);
      }
      // For each of so many, all of them would be written down.
      if (found.size > MOST_COMPARED) return `${this.#idBy(intern)} ${start.pointer}`;
    }
    return JSON.stringify([...found], withoutClosure);
  }

  #idBy(intern: (text: string) => number): number {
    this.#id ??= intern(JSON.stringify(this.#document, withoutClosure));
    return this.#id;
  }
}

/** Whether an object is closed is not told by a type, and said of what a schema gives alone. */
function withoutClosure(_key: string, part: unknown): unknown {
  if (!isJsonObject(part) || own(part, "additionalProperties") !== false) return part;
  const { additionalProperties: _closed, ...rest } = part;
  return entriesOf(own(part, "properties")).length > 0 ? rest : part;
}

function unescapePart(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return part;
  }
}

function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return elementsOf(value).flatMap(referencesIn);
  if (!isJsonObject(value)) return [];
  const reference = own(value, "$ref");
  const inner = entriesOf(value).flatMap(([, part]) => referencesIn(part));
  return typeof reference === "string" ? [reference, ...inner] : inner;
}
