import { describe, expect, test, vi } from "vitest";
import type { MaybePromise, NetworkAdapter, NetworkResponse } from "vivarium";
import { connectionHeaders } from "../src/index.ts";
import { exchangeOf, rejectionOf, textOf } from "./support/exchange.ts";

const it = exchangeOf(() => ({
  "/silent": () => undefined,
  "/half": (response) => void response.writeHead(200, { "content-length": 10 }).write("half"),
  "/404": (response) => void response.writeHead(404, { "x-why": "gone" }).end("gone"),
  "/twice": (response) => void response.writeHead(200, ["Set-Cookie", "a=1", "Set-Cookie", "b=2"]).end(),
}));

describe("A request", () => {
  test("is answered as it is, whatever the status", async () => {
    const response = await it.send("/404");
    expect(response).toMatchObject({ status: 404, statusText: "Not Found", url: `${it.here}/404` });
    expect(response.headers).toContainEqual(["x-why", "gone"]);
    expect(textOf(response)).toBe("gone");
    expect((await it.send("/twice")).headers.filter(([name]) => name === "Set-Cookie")).toHaveLength(2);
  });

  test("sends its body, and its headers but for those that are not its own to say", async () => {
    const headers = new Headers({ "X-A": "1", host: "evil", "accept-encoding": "identity" });
    for (const name of connectionHeaders) headers.set(name, "1");
    await it.send("/x", { method: "PATCH", headers, body: Buffer.from("text") }, { userAgent: "tests" });
    expect(it.asked.at(-1)).toMatchObject({ method: "PATCH", url: "/x", body: "text" });
    const { host, connection: _pools, ...seen } = it.asked.at(-1)?.headers ?? {};
    expect(host).toBe(new URL(it.here).host);
    expect(seen).toEqual({
      "x-a": "1",
      "user-agent": "tests",
      "accept-encoding": "gzip, deflate, br, zstd",
      "content-length": "4",
    });
  });

  test("says who has sent it, where it does not say so itself", async () => {
    const agents: string[] = [];
    const network: NetworkAdapter = {
      fetch: (request) => {
        agents.push(...request.headers.filter(([name]) => name === "user-agent").map(([, value]) => value));
        return it.network.fetch?.(request) as MaybePromise<NetworkResponse>;
      },
    };
    const mine = { headers: [["User-Agent", "mine"]] } as const;
    for (const request of [{}, mine]) await it.send("/x", request, { network, userAgent: "tests" });
    for (const request of [{}, mine]) await it.send("/x", request, { network });
    expect(agents).toEqual(["tests", "mine", "mine"]);
  });

  test.each([
    ["a name", [["a b", "1"]]],
    ["an empty name", [["", "1"]]],
    ["a value with a line feed", [["a", "1\r\nb: 2"]]],
    ["a value with a character that is none of a header's", [["a", "\u{1f600}"]]],
    ["a value that is no text", [["a", 1]]],
    ["headers that are too long", Array.from({ length: 9 }, (_none, index) => [`a${index}`, "x".repeat(8_000)])],
  ])("cannot have %s", async (_what, headers) => {
    const failure = rejectionOf(it.send("/x", { headers: headers as [string, string][] }));
    expect(await failure).toMatchObject({ code: "ERR_REQUEST_HEADER" });
    expect(it.asked).toEqual([]);
  });

  test.each(["", "GET /x HTTP/1.1\r\n", "CONNECT", "trace", 1 as never])(
    "cannot have the method %j",
    async (method) => {
      expect(await rejectionOf(it.send("/x", { method }))).toMatchObject({ code: "ERR_REQUEST_METHOD" });
    },
  );

  test.each([
    ["nonsense", "ERR_REQUEST_URL"],
    ["http://", "ERR_REQUEST_URL"],
    [1 as never, "ERR_REQUEST_URL"],
    ["data:,x", "ERR_REQUEST_PROTOCOL"],
    ["file:///etc/passwd", "ERR_REQUEST_PROTOCOL"],
    ["ws://a.io/", "ERR_REQUEST_PROTOCOL"],
  ])("cannot have the URL %j", async (url, code) => {
    expect(await rejectionOf(it.send("/x", { url }))).toMatchObject({ code });
  });
});

describe("The time of a request", () => {
  test("is bounded, before and amid a response", async () => {
    for (const path of ["/silent", "/half"]) {
      expect(await rejectionOf(it.send(path, {}, { timeoutMs: 100 }))).toMatchObject({
        code: "ERR_REQUEST_TIMEOUT",
        message: "No response within 100 ms",
        url: `${it.here}${path}`,
      });
    }
  });

  test("is bounded for those, too, that do not heed the signal", async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const late = { code: "ERR_REQUEST_TIMEOUT" };
    const lookup = { network: { lookup: never, fetch: never }, timeoutMs: 50 };
    expect(await rejectionOf(it.send("http://a.io/", {}, lookup))).toMatchObject(late);
    expect(await rejectionOf(it.send("/", {}, { mayRequest: never, timeoutMs: 50 }))).toMatchObject(late);
  });

  test("ends with the signal, by its reason", async () => {
    const reason = new Error("nobody waits");
    const mayRequest = vi.fn<() => void>();
    expect(await rejectionOf(it.send("/x", {}, { mayRequest }, AbortSignal.abort(reason)))).toBe(reason);
    expect(mayRequest).not.toHaveBeenCalled();
    const controller = new AbortController();
    let heard: AbortSignal | undefined;
    const network: NetworkAdapter = {
      fetch: (request) => {
        heard = request.signal;
        return it.network.fetch?.(request) as MaybePromise<NetworkResponse>;
      },
    };
    const request = it.send("/half", {}, { network }, controller.signal);
    setTimeout(() => controller.abort(reason), 50);
    expect(await rejectionOf(request)).toBe(reason);
    expect(heard?.reason).toBe(reason);
  });
});
