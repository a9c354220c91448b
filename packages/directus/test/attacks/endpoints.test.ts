import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { routeMatcher } from "../../src/endpoints/route-pattern.ts";
import type { DirectusExtensions } from "../../src/index.ts";
import { hostUnderTest } from "../support/extension-host.ts";

const it = hostUnderTest(() => ({ limits: { maxRequestBytes: 1000, cpuTimeMs: 5000 }, moreHooks: true }));
const load = (handler: string): Promise<unknown> =>
  it.load(
    "endpoint",
    `export default (router) => { for (const method of ["get", "post"]) router[method]("/x", ${handler}); };`,
  );
const post = (body: string | ReadableStream<Uint8Array>, type = "application/json"): Promise<unknown> =>
  it.get("/my-endpoint/x", { method: "POST", body, headers: { "content-type": type }, duplex: "half" } as RequestInit);

/** Text without end. */
const endless = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ pull: (controller) => controller.enqueue(new TextEncoder().encode(`"${"x".repeat(500)}",`)) });

/** Serves a host's extensions over HTTP, for as long as something is done with it. */
async function serving<Value>(
  host: DirectusExtensions,
  act: (url: string) => Promise<Value>,
  before: (response: ServerResponse) => void = () => undefined,
): Promise<Value> {
  const router = host.router();
  const server = createServer((request, response) => {
    before(response);
    router(request, response, (error) => response.writeHead(error === undefined ? 404 : 500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("an endpoint that answers badly", () => {
  test("does not stall the host by a body that holds itself over and over", async () => {
    await load(
      `() => { let a = "x"; for (let level = 0; level < 40; level += 1) a = [a, a]; return { status: 200, body: a }; }`,
    );
    expect(await it.get("/my-endpoint/x")).toEqual([500, expect.stringContaining("too long to be written out")]);
  });

  test.each([100, 101, 103, 199, 600, 999])("cannot have the status %d, which is no answer", async (status) => {
    await load(`() => ({ status: ${status}, body: "x" })`);
    expect(await it.get("/my-endpoint/x")).toMatchObject({ 0: 500 });
  });

  test("does not end the host by an answer that comes after that of others", async () => {
    await it.load(
      "endpoint",
      `import { sleep } from "directus:api"; export default (router) => { router.get("/x", async () => { await sleep(200); return { status: 200, body: "late" }; }); };`,
      { sleep: {} },
    );
    const escaped: unknown[] = [];
    const listener = (error: unknown): void => void escaped.push(error);
    process.prependListener("unhandledRejection", listener);
    const answer = await serving(
      it.host,
      async (url) => {
        const response = await fetch(`${url}/my-endpoint/x`);
        const text = await response.text();
        await new Promise((resolve) => setTimeout(resolve, 400));
        return text;
      },
      (response) => void setTimeout(() => response.writeHead(503).end("early"), 50),
    );
    process.off("unhandledRejection", listener);
    expect([answer, escaped]).toEqual(["early", []]);
  });
});

describe("a caller that asks badly", () => {
  test("fills no host by content without end", async () => {
    await load(`({ body }) => ({ status: 200, body: Object.keys(body) })`);
    expect(await post(endless())).toEqual([413, expect.stringContaining("CONTENT_TOO_LARGE")]);
    expect(await post("{}")).toEqual([200, "[]"]);
    const raw = await serving(it.host, async (url) => {
      const body = `[${"1,".repeat(1000)}1]`;
      const headers = { "content-type": "application/json" };
      return (await fetch(`${url}/my-endpoint/x`, { method: "POST", body, headers })).status;
    });
    expect(raw).toBe(413);
  });

  test("is told of JSON that is none, and the extension is not blamed", async () => {
    await load(`() => ({ status: 200, body: "x" })`);
    const before = it.lines.length;
    expect(await post("{nope")).toEqual([400, expect.stringContaining("INVALID_PAYLOAD")]);
    expect(it.lines).toHaveLength(before);
  });

  test("changes no object of the host's by the names of properties", async () => {
    await load(
      `({ body, headers }) => ({ status: 200, body: [Object.keys(body), body.polluted ?? null, JSON.parse('{"__proto__":{"polluted":1}}')] })`,
    );
    expect(await post('{"__proto__":{"polluted":1}}')).toEqual([
      200,
      '[["__proto__"],null,{"__proto__":{"polluted":1}}]',
    ]);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("an extension that registers badly", () => {
  test("leaves nothing long in the host", async () => {
    await expect(
      it.load("hook", `export default ({ filter }) => filter("x".repeat(1e6), () => 1);`, {}, "long"),
    ).rejects.toMatchObject({ code: "ERR_EXTENSION_LOAD" });
  });

  test("does not stall the host by paths that nearly match", async () => {
    await expect(
      it.load(
        "endpoint",
        `export default ({ get }) => { for (let i = 0; i < 50; i += 1) get("/" + ":a*".repeat(300), () => 1); };`,
      ),
    ).rejects.toThrow("The routes have more than 1000 parameters and stars");
    const path = `/${"a".repeat(16_000)}`;
    const matches = routeMatcher(`/*${"a".repeat(900)}b*`);
    for (let times = 0; times < 100; times += 1) expect(matches(path)).toBeUndefined();
  });

  test("does not have the host look for times that never come", async () => {
    await expect(
      it.load("hook", `export default ({ schedule }) => schedule("0 0 31 2 *", () => 1);`, {}, "never"),
    ).rejects.toThrow("These times never come");
    await expect(
      it.load(
        "hook",
        `export default ({ schedule }) => { for (let i = 0; i < 101; i += 1) schedule("0 0 * * *", () => 1); };`,
        {},
        "many",
      ),
    ).rejects.toThrow("more than 100 schedules");
  });
});
