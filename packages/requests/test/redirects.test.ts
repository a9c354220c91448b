import { describe, expect, test } from "vitest";
import { type Answers, exchangeOf, rejectionOf, textOf } from "./support/exchange.ts";

const sentTo =
  (status: number, location: string): Answers[string] =>
  (response) =>
    void response.writeHead(status, { location }).end("a content that nobody reads");

const statuses = [301, 302, 303, 307, 308];
const it = exchangeOf(({ here, there }) => ({
  ...Object.fromEntries(statuses.map((status) => [`/${status}`, sentTo(status, "/end")])),
  "/there": sentTo(307, `${there}/end`),
  "/away-and-back": sentTo(307, `${there}/back`),
  "/back": sentTo(307, `${here}/end`),
  "/loop": sentTo(302, "/loop"),
  "/file": sentTo(302, "file:///etc/passwd"),
  "/data": sentTo(302, "data:,x"),
  "/nowhere": sentTo(302, "http://[nowhere"),
  "/304": (response) => void response.writeHead(304, { location: "/end" }).end(),
  "/empty": sentTo(302, ""),
  "/without": (response) => void response.writeHead(302).end("as it is"),
}));

describe("A redirect", () => {
  test("is checked like the request itself, and refused by what the check throws", async () => {
    const refusal = new Error("not there");
    const seen: string[] = [];
    const mayRequest = async (url: URL, method: string): Promise<void> => {
      seen.push(`${method} ${url.href}`);
      if (url.origin === it.there) throw refusal;
    };
    expect(await rejectionOf(it.send("/there", { method: "PUT" }, { mayRequest }))).toBe(refusal);
    expect(seen).toEqual([`PUT ${it.here}/there`, `PUT ${it.there}/end`]);
    expect(it.asked.map(({ url }) => url)).toEqual(["/there"]);
  });

  test("goes where it was checked to go, whatever the check does to what it gets", async () => {
    const mayRequest = (url: URL): void => {
      url.pathname = "/elsewhere";
    };
    expect((await it.send("/302", {}, { mayRequest })).url).toBe(`${it.here}/end`);
    expect(it.asked.map(({ url }) => url)).toEqual(["/302", "/end"]);
  });

  test("is not made, where the first is refused", async () => {
    const mayRequest = (): void => {
      throw new TypeError("nowhere");
    };
    expect(await rejectionOf(it.send("/302", {}, { mayRequest }))).toEqual(new TypeError("nowhere"));
    expect(it.asked).toEqual([]);
  });

  test.each([
    [301, "POST", "GET"],
    [302, "POST", "GET"],
    [303, "POST", "GET"],
    [303, "PUT", "GET"],
    [303, "HEAD", "HEAD"],
    [301, "PUT", "PUT"],
    [307, "POST", "POST"],
    [308, "POST", "POST"],
  ])("of %d makes of %s a %s, and checks it as that", async (status, method, becomes) => {
    const methods: string[] = [];
    const mayRequest = (_url: URL, wanted: string): void => void methods.push(wanted);
    const body = method === "HEAD" ? {} : { body: Buffer.from("text") };
    const { url } = await it.send(
      `/${status}`,
      { method, headers: [["content-type", "text/plain"]], ...body },
      {
        mayRequest,
      },
    );
    expect(url).toBe(`${it.here}/end`);
    expect(methods).toEqual([method, becomes]);
    const isKept = becomes !== "GET" && method !== "HEAD";
    expect(it.asked.at(-1)).toMatchObject({ method: becomes, body: isKept ? "text" : "" });
    expect(it.asked.at(-1)?.headers["content-type"]).toBe(becomes === "GET" ? undefined : "text/plain");
  });

  test("takes credentials along within an origin alone, and does not find them again", async () => {
    const headers = [
      ["Authorization", "secret"],
      ["Cookie", "secret"],
      ["Proxy-Authorization", "secret"],
      ["X-Other", "kept"],
    ] as const;
    const seenBy = async (path: string): Promise<object | undefined> => {
      await it.send(path, { headers });
      return it.asked.at(-1)?.headers;
    };
    expect(await seenBy("/307")).toMatchObject({ authorization: "secret", cookie: "secret", "x-other": "kept" });
    for (const path of ["/there", "/away-and-back"]) {
      const seen = await seenBy(path);
      expect(seen).toMatchObject({ "x-other": "kept" });
      expect(JSON.stringify(seen)).not.toContain("secret");
    }
  });

  test("leads to HTTP alone", async () => {
    for (const path of ["/file", "/data"]) {
      expect(await rejectionOf(it.send(path))).toMatchObject({ code: "ERR_REQUEST_PROTOCOL" });
    }
    expect(await rejectionOf(it.send("/nowhere"))).toMatchObject({ code: "ERR_REQUEST_URL" });
  });

  test("is followed so often and no more", async () => {
    const failure = { code: "ERR_REQUEST_REDIRECTS", url: `${it.here}/loop` };
    expect(await rejectionOf(it.send("/loop", {}, { maxRedirects: 2 }))).toMatchObject(failure);
    expect(it.asked).toHaveLength(3);
    it.asked.splice(0);
    expect(await rejectionOf(it.send("/loop"))).toMatchObject(failure);
    expect(it.asked).toHaveLength(21);
    expect(await rejectionOf(it.send("/302", {}, { maxRedirects: 0 }))).toMatchObject({
      code: "ERR_REQUEST_REDIRECTS",
    });
  });

  test("is none without a place, or with another status", async () => {
    expect(textOf(await it.send("/without"))).toBe("as it is");
    expect(await it.send("/empty")).toMatchObject({ status: 302, url: `${it.here}/empty` });
    expect(await it.send("/304")).toMatchObject({ status: 304, url: `${it.here}/304` });
  });
});
