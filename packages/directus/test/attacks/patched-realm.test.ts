import { describe, expect, test } from "vitest";
import type { NetworkAdapter, NetworkRequest } from "vivarium";
import { hostUnderTest } from "../support/extension-host.ts";
import { manifestOf } from "../support/manifests.ts";

const requests: NetworkRequest[] = [];
/** Stands for the world: whatever is posted to it is there, and nothing else. */
const network: NetworkAdapter = {
  lookup: () => [{ address: "198.51.100.1", family: 4 }],
  fetch(request) {
    requests.push(request);
    const body = (async function* () {
      yield new TextEncoder().encode(`{"was":"${request.method}"}`);
    })();
    const status = request.method === "POST" ? 200 : 404;
    return { status, statusText: "", headers: [["content-type", "application/json"]], body };
  },
};
const it = hostUnderTest(() => ({ network }));
const scopes = { log: {}, sleep: {}, request: { urls: ["https://a.example/*"], methods: ["GET", "POST"] } };

/** Breaks every function of the language, every name that somebody may look up by way of a prototype, and every global. */
const BREAKING = `
  const WasTypeError = TypeError;
  const broken = () => { throw "a broken intrinsic was used"; };
  {
    const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;
    const { ownKeys } = Reflect;
    const names = ("get set value writable enumerable configurable code kind fault method body headers response " +
      "message name status details type filter action init schedule embed post put patch delete id handler log sleep " +
      "request constructor NODE_ENV 0 1 2").split(" ");
    const globals = [Array, Error, TypeError, RangeError, Function, Object, Promise, String, Number, Symbol, Map, Set];
    const iterator = getPrototypeOf([].values());
    const places = globals.flatMap((one) => [one, one.prototype])
      .concat(Reflect, JSON, Math, iterator, getPrototypeOf(iterator))
      // For the extension's own \`await\`.
      .filter((place) => place !== Promise.prototype);
    for (let place = 0; place < places.length; place++) {
      for (let keys = ownKeys(places[place]), index = 0; index < keys.length; index++) {
        const { configurable, value } = getOwnPropertyDescriptor(places[place], keys[index]);
        if (configurable && typeof value === "function") defineProperty(places[place], keys[index], { value: broken });
      }
    }
    const inherited = [Object, Array, Error, Function, String];
    for (let place = 0; place < inherited.length; place++) {
      for (let index = 0; index < names.length; index++) {
        const descriptor = { __proto__: null, get: broken, set: broken, configurable: true };
        defineProperty(inherited[place].prototype, names[index], descriptor);
      }
    }
    const all = ["Error", "TypeError", "RangeError", "Promise", "Object", "Reflect", "Array", "String", "Symbol"];
    for (let index = 0; index < all.length; index++) globalThis[all[index]] = broken;
  }
`;

/** Counts who is asked for what promises inherit, but by the promise that the extension has itself. */
const OVERHEARING = `
  let mine, overheard = 0;
  const overhear = () => {
    const { apply } = Reflect;
    const { prototype, prototype: { then, constructor } } = Promise;
    const listen = (promise) => { if (promise !== mine) overheard++; };
    Object.defineProperty(prototype, "constructor", { get() { listen(this); return constructor; } });
    Object.defineProperty(prototype, "then", { value(...args) { listen(this); return apply(then, this, args); } });
  };
`;

const sdk = `import { log, sleep, request } from "directus:api";`;

/** Loads an operation whose module begins by an attack, and runs it. */
async function operate(attack: string, handler: string): Promise<unknown> {
  await it.load(
    "operation",
    `${sdk} ${attack} export default { __proto__: null, id: "it", handler: ${handler} };`,
    scopes,
  );
  return it.host.operations.run("it", {});
}

describe("an extension that has broken its realm", () => {
  test("logs and sleeps", async () => {
    expect(await operate(BREAKING, `async () => [log("heard"), await sleep(1)]`)).toEqual([undefined, undefined]);
    expect(it.lines.at(-1)).toMatchObject({ message: "heard", extension: "my-operation" });
  });

  test("writes to its console, where that is heard", async () => {
    const host = it.with({ consoleLines: true });
    const handler = `() => { console.log("said", 1, new WasTypeError("of it"), { a: [1] }); }`;
    const code = `${BREAKING} export default { __proto__: null, id: "it", handler: ${handler} };`;
    await host.loadPackage({ manifest: manifestOf("operation", scopes), code });
    await host.operations.run("it", {});
    expect(it.lines.at(-1)?.message).toMatch(/^said 1 /);
  });

  test("requests, by the options that are its own", async () => {
    const handler = `async () => (await request("https://a.example/", { __proto__: { body: "no" }, method: "POST", headers: { "x-a": "1" } })).data`;
    expect(await operate(BREAKING, handler)).toEqual({ was: "POST" });
    expect(requests.at(-1)).toMatchObject({ method: "POST", url: "https://a.example/" });
    expect(requests.at(-1)).not.toHaveProperty("body");
    expect(requests.at(-1)?.headers).toContainEqual(["x-a", "1"]);
  });

  test("gets the errors that it would have got, of the classes that it had", async () => {
    const handler = `async () => {
      let logged, slept, foreign, accessor, unclonable, missing;
      try { log(1); } catch (error) { logged = error; }
      try { await sleep("1"); } catch (error) { slept = error; }
      try { await request("https://b.example/"); } catch (error) { foreign = error; }
      try { await request("https://a.example/", { get method() { return "POST"; } }); } catch (error) { accessor = error; }
      try { await request("https://a.example/", { body: { broken } }); } catch (error) { unclonable = error; }
      try { await request("https://a.example/"); } catch (error) { missing = error; }
      return [
        [logged.message, logged instanceof WasTypeError],
        [slept.message, slept instanceof WasTypeError],
        [foreign.message, foreign instanceof WasTypeError],
        [accessor.message, accessor instanceof WasTypeError],
        [unclonable.message, unclonable instanceof WasTypeError],
        [missing.message, missing.name, missing.code, missing.status, missing.response],
      ];
    }`;
    const response = {
      status: 404,
      statusText: "",
      headers: { "content-type": "application/json" },
      data: { was: "GET" },
    };
    expect(await operate(BREAKING, handler)).toEqual([
      ["Log message has to be of type string", true],
      ["Sleep milliseconds has to be of type number", true],
      ['No permission to request "https://b.example/"', false],
      ["Property is getter", true],
      [expect.stringContaining("Request could not be cloned."), true],
      ["Request failed with status code 404", "AxiosError", "ERR_BAD_REQUEST", 404, JSON.stringify(response)],
    ]);
  });

  test("registers the routes of an endpoint", async () => {
    const methods = ["get", "post", "put", "patch", "delete"];
    const routes = methods.map(
      (name) => `router.${name}("/${name}", () => ({ __proto__: null, status: 200, body: "${name}" }));`,
    );
    await it.load("endpoint", `${BREAKING} export default (router) => { ${routes.join(" ")} };`);
    for (const method of methods)
      expect(await it.get(`/my-endpoint/${method}`, { method: method.toUpperCase() })).toEqual([200, method]);
  });

  test("registers what a hook can have, and is told of what it cannot", async () => {
    const code = `${BREAKING}
      let told;
      export default (hooks) => {
        try { hooks.embed("head", broken); } catch (error) { told = error.message; }
        hooks.filter("asked", () => told);
      };`;
    await it.load("hook", code);
    expect(await it.host.hooks.filter("asked", 1)).toMatch(/^embed is not a function/);
  });

  test("may register later than at once", async () => {
    const code = `${BREAKING} export default async (hooks) => { await undefined; hooks.filter("later", () => "registered"); };`;
    await it.load("hook", code);
    expect(await it.host.hooks.filter("later", 1)).toBe("registered");
  });
});

test.each(["() => (mine = sleep(1))", '() => (mine = request("https://a.example/", { method: "POST" }))'])(
  "no promise of the host's is handed to whoever has changed what promises inherit: %s",
  async (handler) => {
    await operate(OVERHEARING, `(asks) => (asks === "count" ? overheard : (overhear(), (${handler})()))`);
    expect(await it.host.operations.run("it", "count")).toBe(0);
  },
);
