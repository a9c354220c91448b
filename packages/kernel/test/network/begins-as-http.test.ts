import { describe, expect, it } from "vitest";
import { beginsAsHttp } from "../../src/network/sniffed-stream.ts";

describe("what begins as HTTP", () => {
  it.each([
    ["GET / HTTP/1.1\r\n"],
    ["GET / HTTP/1.1"],
    ["get / http/1.0\n"],
    ["\r\n\r\nPOST /a HTTP/1.1\r\n"],
    ["GET /a b HTTP/1.1\r\n"],
    ["GET\t/\tHTTP/1.1\r\n"],
    ["M-SEARCH * HTTP/1.1\r\n"],
    ["PRI * HTTP/2.0\r\n"],
    ["CONNECT a:1 HTTP/1.1\r\n"],
    ["GET /closed\r\n"],
    ["GET http://a/\n"],
    ["POST /a\rb HTTP/1.1\r\n"],
    // As Python's server reads it.
    [" GET /closed HTTP/1.1\r\n"],
    ["\fGET\v/closed\fHTTP/1.1\r\n"],
    ["\x1cGET\x85/closed\xa0HTTP/1.1\r\n"],
    ["GET\r/closed\rHTTP/1.1\r\n"],
    ["GET\f/closed\r\n"],
  ])("is known by its first line: %j", (text) => {
    expect(beginsAsHttp(text)).toBe(true);
  });

  it.each([
    ["GET key\r\n"],
    ["*1\r\n$4\r\nPING\r\n"],
    ["EHLO a.test\r\n"],
    ["\x00\x00\x00\x08\x04\xd2\x16\x2f"],
    ["\x16\x03\x01"],
    ["SSH-2.0-OpenSSH\r\n"],
    ["{}"],
    ["hello\n"],
    [" \n"],
    ["\x85\x01\n"],
  ])("is not: %j", (text) => {
    expect(beginsAsHttp(text)).toBe(false);
  });

  it.each([[""], ["\r\n"], ["G"], ["GET"], ["GET "], ["GET /a HT"], ["hello"], ["PING a"]])(
    "cannot be told yet: %j",
    (text) => {
      expect(beginsAsHttp(text)).toBeUndefined();
    },
  );

  it("is found whatever its pieces are, before its first line is whole", () => {
    const text = "POST /path?query HTTP/1.1\r\nHost: a\r\n\r\n";
    const at = Array.from(text, (_character, index) => beginsAsHttp(text.slice(0, index + 1))).indexOf(true);
    expect(text.slice(0, at + 1)).toBe("POST /path?query HTTP/1");
  });

  it("is what may become it, where the first line is longer than anybody waits for", () => {
    expect(beginsAsHttp(`GET ${"x".repeat(70_000)}`)).toBe(true);
    expect(beginsAsHttp("x".repeat(70_000))).toBe(false);
    expect(beginsAsHttp(`${"x".repeat(70_000)}\n`)).toBe(false);
  });
});
