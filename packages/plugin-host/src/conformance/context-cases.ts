import { strict as assert } from "node:assert";
import { codeOf } from "./expectations.ts";
import { type PluginSandboxCase, sandboxCase } from "./sandbox-case.ts";

/** A service that keeps what it was called with. */
class Kept {
  readonly calls: unknown[][] = [];
  put(...args: unknown[]): unknown {
    this.calls.push(args);
    return args[0];
  }
  take(): unknown {
    return this.calls.at(-1);
  }
  _hidden(): string {
    return "hidden";
  }
}

/** What code has of its context. */
export const contextCases: readonly PluginSandboxCase[] = [
  sandboxCase(
    "context",
    "a method that is granted gets its arguments, and answers by promise",
    async ({ isolate, run }) => {
      const kept = new Kept();
      const within = await isolate({ services: { kept: ["put"] } });
      const code =
        "const answer = context.kept.put({ a: [1] }, 'two'); return [answer instanceof Promise, await answer];";
      assert.deepEqual(await run(code, { in: within, with: { kept } }), [true, { a: [1] }]);
      assert.deepEqual(kept.calls, [[{ a: [1] }, "two"]]);
    },
  ),
  sandboxCase("context", "services are lent one by one, or all by `services`", async ({ isolate, run }) => {
    const within = await isolate({ services: { kept: "*" } });
    assert.equal(await run("return context.kept.put(1)", { in: within, with: { kept: new Kept() } }), 1);
    assert.equal(await run("return context.kept.put(2)", { in: within, with: { services: { kept: new Kept() } } }), 2);
  }),
  sandboxCase("context", "what the manifest does not grant is not there", async ({ isolate, run }) => {
    const within = await isolate({ services: { kept: ["put"] } });
    const context = {
      kept: new Kept(),
      logger: console,
      http: { fetch },
      storage: new Map(),
      events: new EventTarget(),
    };
    const code = "[Object.keys(context), Object.keys(context.kept), typeof context.kept.take, typeof context.logger]";
    assert.deepEqual(await run(code, { in: within, with: context }), [["kept"], ["put"], "undefined", "undefined"]);
  }),
  sandboxCase("context", "what is not lent is not there, whatever the manifest grants", async ({ isolate, run }) => {
    const within = await isolate({ services: { kept: "*", other: "*" } });
    assert.deepEqual(await run("Object.keys(context)", { in: within, with: { kept: new Kept() } }), ["kept"]);
    assert.deepEqual(await run("Object.keys(context)", { in: within }), []);
  }),
  sandboxCase(
    "context",
    "of an object its methods are there, and nothing that is private or the language's",
    async ({ isolate, run }) => {
      const within = await isolate({ services: { kept: "*" } });
      const code = "Object.keys(context.kept).sort()";
      assert.deepEqual(await run(code, { in: within, with: { kept: new Kept() } }), ["put", "take"]);
    },
  ),
  sandboxCase("context", "arguments are as they were when they were given", async ({ isolate, run }) => {
    const kept = new Kept();
    const within = await isolate({ services: { kept: "*" } });
    const code =
      "const list = [1]; const all = [context.kept.put(list)]; list.push(2); all.push(context.kept.put(list)); list.length = 0; return Promise.all(all);";
    assert.deepEqual(await run(code, { in: within, with: { kept } }), [[1], [1, 2]]);
    assert.deepEqual(kept.calls, [[[1]], [[1, 2]]]);
  }),
  sandboxCase("context", "answers are copies, too", async ({ isolate, run }) => {
    const shared = { list: ["kept"] };
    const within = await isolate({ services: { store: "*" } });
    const code = "const answer = await context.store.get(); answer.list.push('changed'); return answer.list.length;";
    assert.equal(await run(code, { in: within, with: { store: { get: () => shared } } }), 2);
    assert.deepEqual(shared, { list: ["kept"] });
  }),
  sandboxCase(
    "context",
    "what runs is no argument: the call rejects, and the host is not called",
    async ({ isolate, run }) => {
      const kept = new Kept();
      const within = await isolate({ services: { kept: "*" } });
      for (const argument of ["() => 1", "{ f() {} }", "new Proxy({}, {})", "Promise.resolve()", "Symbol('it')"])
        assert.equal(
          await run(codeOf(`context.kept.put(${argument})`), { in: within, with: { kept } }),
          "ERR_PLUGIN_ARGUMENT",
        );
      assert.deepEqual(kept.calls, []);
    },
  ),
  sandboxCase("context", "a thenable among arguments is data, which nobody awaits", async ({ isolate, run }) => {
    const kept = new Kept();
    const within = await isolate({ services: { kept: "*" } });
    const [, told] = (await run("[await context.kept.put([{ then: 1 }]), 'done']", {
      in: within,
      with: { kept },
    })) as unknown[];
    assert.equal(told, "done");
    assert.equal(JSON.stringify(kept.calls), '[[[{"then":1}]]]');
  }),
  sandboxCase("context", "http goes where the manifest lets it", async ({ isolate, run }) => {
    const asked: unknown[] = [];
    const http = { fetch: (url: string) => void asked.push(url) };
    const within = await isolate({ network: { hosts: ["api.example.com"] } });
    const address = (url: string): Promise<unknown> =>
      run(codeOf(`context.http.fetch(${JSON.stringify(url)})`), { in: within, with: { http } });
    for (const url of [
      "https://example.com/",
      "https://api.example.com.evil.test/",
      "https://api.example.com@evil.test/",
      "file:///etc/passwd",
      "api.example.com",
      "",
    ])
      assert.equal(await address(url), "ERR_PLUGIN_PERMISSION", url);
    assert.deepEqual(asked, []);
    assert.deepEqual(await address("https://api.example.com/articles"), ["it has come to", undefined]);
    assert.deepEqual(asked, ["https://api.example.com/articles"]);
  }),
  sandboxCase("context", "events are sent that the manifest names", async ({ isolate, run }) => {
    const sent: unknown[] = [];
    const events = { emit: (name: string) => void sent.push(name) };
    const within = await isolate({ emits: ["related.*"] });
    const code = `[${codeOf("context.events.emit('related.found', 1)")}, ${codeOf("context.events.emit('article.deleted', 1)")}]`;
    assert.deepEqual(await run(code, { in: within, with: { events } }), [
      ["it has come to", undefined],
      "ERR_PLUGIN_PERMISSION",
    ]);
    assert.deepEqual(sent, ["related.found"]);
  }),
  sandboxCase("context", "executions that overlap have each its own", async ({ isolate, run }) => {
    const within = await isolate({ services: { who: "*" } });
    const answers = [1, 2, 3].map((number) =>
      run("const before = await context.who.is(); await null; return [before, await context.who.is()];", {
        in: within,
        with: { who: { is: async () => number } },
      }),
    );
    assert.deepEqual(await Promise.all(answers), [
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  }),
  sandboxCase("context", "when an execution is over, so is its context", async ({ isolate, run }) => {
    const kept = new Kept();
    const within = await isolate({ services: { kept: "*" } });
    await run("globalThis.before = context; 1", { in: within, with: { kept } });
    assert.equal(await run(codeOf("before.kept.put(1)"), { in: within, with: { kept } }), "ERR_PLUGIN_DISPOSED");
    assert.deepEqual(kept.calls, []);
  }),
];
