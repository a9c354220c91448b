import { describe, expect, it, vi } from "vitest";
import { serviceMethod } from "../../src/index.ts";
import { grantServices } from "../../src/services/granted-services.ts";
import { isServiceName, methodsOf } from "../../src/services/service-methods.ts";
import { gateTo, never, pluginWith } from "../support/gates.ts";

class Base {
  inherited(): string {
    return `inherited of ${this.name}`;
  }
  overridden(): string {
    return "base";
  }
  readonly name: string = "base";
}

class Articles extends Base {
  static make(): Articles {
    return new Articles();
  }
  readonly #secret = "kept";
  override readonly name: string = "articles";
  readonly arrow = (): string => this.#secret;
  override overridden(): string {
    return `${super.overridden()}, ${this.#secret}`;
  }
  _private(): void {}
  get getter(): () => string {
    throw new Error("run");
  }
  set setter(_value: unknown) {}
  override toString(): string {
    return "text";
  }
  toJSON(): object {
    return {};
  }
}
// biome-ignore lint/suspicious/noThenProperty: it must not be one of the methods
Object.defineProperty(Articles.prototype, "then", { value: () => undefined });

describe("methodsOf", () => {
  it("finds own and inherited methods, and nothing that is private, a getter, or the language's", () => {
    expect([...methodsOf(new Articles()).keys()].sort()).toEqual(["arrow", "inherited", "overridden"]);
  });

  it("runs no getter, of the object and of none above it", () => {
    const getter = vi.fn(() => () => 1);
    const above = Object.defineProperty({}, "above", { get: getter, enumerable: true });
    const own = Object.defineProperty(Object.create(above), "own", { get: getter, enumerable: true });
    expect([...methodsOf(own).keys()]).toEqual([]);
    expect(getter).not.toHaveBeenCalled();
  });

  it("calls methods as the object's own, and such as it was when they were read", async () => {
    const articles = new Articles();
    const gate = gateTo({ articles });
    expect(await gate.call("articles", "overridden", [], never)).toBe("base, kept");
    expect(await gate.call("articles", "inherited", [], never)).toBe("inherited of articles");
    Object.assign(articles, { overridden: () => "replaced", added: () => "added" });
    expect(await gate.call("articles", "overridden", [], never)).toBe("base, kept");
    await expect(gate.call("articles", "added", [], never)).rejects.toMatchObject({ code: "ERR_PLUGIN_PERMISSION" });
  });

  it("takes a Map, a null-prototype object and one of service methods", () => {
    expect([...methodsOf(new Map()).keys()]).toEqual(expect.arrayContaining(["get", "set", "has", "delete"]));
    expect([...methodsOf(Object.assign(Object.create(null), { a: () => 1 })).keys()]).toEqual(["a"]);
    expect([
      ...methodsOf({ find: serviceMethod({ parameters: [], run: () => 1 }), data: 1, text: "x" }).keys(),
    ]).toEqual(["find"]);
  });
});

describe("isServiceName", () => {
  it.each([
    "constructor",
    "prototype",
    "then",
    "toString",
    "valueOf",
    "toJSON",
    "hasOwnProperty",
    "__proto__",
    "_a",
    "",
    "a b",
    "a.b",
    "1a",
    "a".repeat(65),
  ])("refuses %j", (name) => expect(isServiceName(name)).toBe(false));
  it.each(["get", "a1", "getAll", "a_b"])("takes %j", (name) => expect(isServiceName(name)).toBe(true));
});

describe("grantServices", () => {
  const services = { articles: { get: () => 1, put: () => 2 }, users: { find: () => 3 } };

  it("grants what the manifest names, and nothing else", () => {
    const granted = grantServices(services, pluginWith({ articles: ["get"] }));
    expect([...granted].map(([name, methods]) => [name, [...methods.keys()]])).toEqual([["articles", ["get"]]]);
  });

  it("names what there is when the manifest names what is not there", () => {
    expect(() => grantServices(services, pluginWith({ mail: "*" }))).toThrow(/"mail".*there are: articles, users$/);
    expect(() => grantServices(services, pluginWith({ articles: ["drop"] }))).toThrow(/"articles.drop".*get, put$/);
    expect(() => grantServices(services, pluginWith({ valueOf: "*" } as Record<string, "*">))).toThrow(/valueOf/);
  });

  it("grants no service that its host has inherited", () => {
    const inherited = Object.create(services);
    expect(() => grantServices(inherited, pluginWith({ articles: "*" }))).toThrow(/"articles"/);
  });

  it("makes a service for each plugin by a function, which is told for which", () => {
    const make = vi.fn(({ id }: { readonly id: string }) => ({ who: () => id }));
    grantServices({ who: make }, pluginWith({ who: "*" }));
    expect(make).toHaveBeenCalledTimes(1);
    expect(make.mock.calls[0]?.[0]).toMatchObject({ id: "a", version: "1.0.0" });
  });
});
