import { isProxy } from "node:util/types";
import type { PluginIssue } from "../errors/plugin-error.ts";
import { fieldOf } from "./field-of.ts";

/** What JSON can say. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** A copy, and what could not be copied. */
export interface JsonCopy {
  readonly copy: Json | undefined;
  readonly issues: readonly PluginIssue[];
}

/** How much may be copied. */
export interface JsonBounds {
  /** The length of the JSON that it would be, about. */
  readonly most: number;
  /** Levels of lists and objects within each other. @default 24 */
  readonly deepest?: number;
  /** Values in it, all levels together; one that is there in several places counts in each. @default as many as fit */
  readonly values?: number;
}

/**
 * Copies plain data without running any code of its owner: values are taken from descriptors, and what has getters or
 * is a proxy is refused. What is undefined is left out, as JSON has it.
 */
export function copyJson(value: unknown, bounds: JsonBounds): JsonCopy {
  const copier = new Copier(bounds);
  const copy = copier.copy(value, []);
  return { copy, issues: copier.issues };
}

/** Faults that are told: who has more than these has given something else, and is not looked at further. */
const MOST_ISSUES = 100;

class Copier {
  readonly #issues: Map<string, PluginIssue> = new Map();
  #left: number;
  readonly #most: number;
  readonly #deepest: number;
  readonly #mostValues: number;
  #values = 0;

  constructor({ most, deepest = 24, values = Number.POSITIVE_INFINITY }: JsonBounds) {
    this.#mostValues = values;
    this.#most = most;
    this.#deepest = deepest;
    this.#left = most;
  }

  get issues(): readonly PluginIssue[] {
    return [...this.#issues.values()];
  }

  copy(value: unknown, path: readonly string[]): Json | undefined {
    this.#left -= typeof value === "string" ? value.length + 3 : 2;
    if (this.#left < 0) return this.#refuseLong();
    this.#values += 1;
    if (this.#values > this.#mostValues) return this.#refuseMany();
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        // JSON has no negative zero.
        return Number.isFinite(value) ? value + 0 : this.#refuse(path, "a number that JSON has");
      case "undefined":
        return undefined;
      case "object":
        return value === null ? null : this.#copyObject(value, path);
      default:
        return this.#refuse(path, `JSON, not a ${typeof value}`);
    }
  }

  #copyObject(value: object, path: readonly string[]): Json | undefined {
    if (isProxy(value)) return this.#refuse(path, "JSON, not a proxy");
    if (path.length >= this.#deepest) return this.#refuse(path, `at most ${this.#deepest} levels of lists and objects`);
    if (Array.isArray(value)) return this.#copyList(value, path);
    return isPlain(value) ? this.#copyRecord(value, path) : this.#refuse(path, "a plain object");
  }

  #copyList(list: readonly unknown[], path: readonly string[]): Json | undefined {
    if (list.length > this.#left) return this.#refuseLong();
    const copy: Json[] = [];
    for (let index = 0; index < list.length && this.#left >= 0; index += 1) {
      const at = [...path, String(index)];
      const item = this.#valueOf(list, String(index), at);
      if (item === undefined) this.#refuse(at, "JSON: a list has no gaps");
      // A place is kept, so that what comes after it is called by its number.
      copy.push(item ?? null);
    }
    return copy;
  }

  #copyRecord(record: object, path: readonly string[]): Json {
    const copy: { [name: string]: Json } = {};
    for (const name of Reflect.ownKeys(record)) {
      if (this.#left < 0) break;
      if (typeof name === "symbol") {
        this.#refuse(path, "JSON, which has no symbols");
        continue;
      }
      const at = [...path, name];
      this.#left -= name.length + 3;
      if (name === "__proto__") {
        this.#refuse(at, "another name");
        continue;
      }
      const value = this.#valueOf(record, name, at);
      if (value !== undefined) copy[name] = value;
    }
    return copy;
  }

  #valueOf(owner: object, name: string, path: readonly string[]): Json | undefined {
    const found = Object.getOwnPropertyDescriptor(owner, name);
    if (found === undefined || found.enumerable !== true) return undefined;
    return "value" in found ? this.copy(found.value, path) : this.#refuse(path, "JSON, not a getter");
  }

  #refuse(path: readonly string[], message: string): undefined {
    const field = fieldOf(path);
    // A list's gap is what was refused within it, once more.
    if (this.#issues.has(field)) return;
    this.#issues.set(field, { field, message });
    if (this.#issues.size >= MOST_ISSUES) this.#left = -1;
  }

  #refuseMany(): undefined {
    this.#left = -1;
    this.#refuse([], `at most ${this.#mostValues} values in all`);
  }

  #refuseLong(): undefined {
    this.#left = -1;
    this.#refuse([], `at most about ${this.#most} characters of JSON in all`);
  }
}

/** An object as literals and `JSON.parse` make it, in whichever realm. */
function isPlain(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || (!isProxy(prototype) && Object.getPrototypeOf(prototype) === null);
}
