import { isPromiseLike } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { RequestWatch } from "../../src/network/request-watch.ts";
import { SniffedStream } from "../../src/network/sniffed-stream.ts";
import { ScriptedStream } from "../streams/scripted-stream.ts";

const request = "GET /closed HTTP/1.1\r\nHost: a.test\r\n\r\n";
const open = (): { readonly raw: ScriptedStream; readonly guest: SniffedStream } => {
  const raw = new ScriptedStream();
  return { raw, guest: new SniffedStream(raw, () => expect.unreachable("nothing begins as HTTP")) };
};
const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("a request behind what is none", () => {
  it.each([
    ["a line of a proxy", `PROXY TCP4 192.0.2.1 192.0.2.2 1 80\r\n${request}`],
    ["bytes of a proxy", `\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\x01${request}`],
    ["an empty command", `\0\n${request}`],
    ["a version that nobody speaks", "x y\npost /a http/7 \n\n"],
    ["HTTP/2", "PROXY UNKNOWN\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["HTTP/0.9", "x y\nGET /closed\r\n"],
  ])("is seen, in whatever pieces it comes: %s", (_name, text) => {
    expect(new RequestWatch().sees(bytesOf(text))).toBe(true);
    const watch = new RequestWatch();
    const seen = Array.from(text).findIndex((character) => watch.sees(bytesOf(character)));
    // Nobody reads a request line before its end.
    expect(text.slice(0, seen + 1)).toMatch(/\n$/);
  });

  it.each([
    ['<13>1 - web "GET /a HTTP/1.1" 200\n'],
    ["GET /a 200 5 ms\n"],
    ["127.0.0.1 GET /a HTTP/1.1 200\n"],
    ["*3\r\n$3\r\nSET\r\n$4\r\nHTTP\r\n$1\r\n1\r\n"],
    ["\x16\x03\x01\x02\0\x01\0"],
  ])("is not what tells of one: %j", (text) => {
    expect(new RequestWatch().sees(bytesOf(text))).toBe(false);
  });

  it("ends its connection, which gets nothing of it", async () => {
    const { raw, guest } = open();
    const waiting = Promise.resolve(guest.read());
    void guest.write(bytesOf("PROXY UNKNOWN\r\n"));
    expect(() => guest.write(bytesOf(request))).toThrow("EACCES");
    await expect(waiting).rejects.toMatchObject({ code: "EACCES", reason: "HTTP may not follow what is none" });
    expect(() => guest.read()).toThrow("EACCES");
    expect(() => guest.write(bytesOf("more"))).toThrow("EACCES");
    expect(raw.isDestroyed).toBe(true);
    expect(raw.written).toEqual(["PROXY UNKNOWN\r\n"]);
  });

  it("that a server answers all the same is not answered", async () => {
    for (const isThere of [true, false]) {
      const raw = isThere ? new ScriptedStream("HTTP/1.1 400 Bad Request\r\n\r\n") : new ScriptedStream();
      const guest = new SniffedStream(raw, () => expect.unreachable("nothing begins as HTTP"));
      void guest.write(bytesOf("{}\r\n"));
      const answer = (async () => await guest.read())();
      if (!isThere) raw.arrive("HTTP/1.1 400 Bad Request\r\n\r\n");
      await expect(answer).rejects.toMatchObject({ code: "EACCES", reason: expect.stringContaining("server of HTTP") });
      expect(raw.isDestroyed).toBe(true);
    }
  });

  it("is what a server takes it for that has said something else", async () => {
    const { raw, guest } = open();
    void guest.write(bytesOf("EHLO \0\r\n"));
    const banner = guest.read();
    raw.arrive("220 mail.test\r\n");
    expect(Buffer.from((await banner) as Uint8Array).toString()).toBe("220 mail.test\r\n");
    expect(isPromiseLike(guest.write(bytesOf(`DATA\r\n${request}`)))).toBe(true);
    const answer = guest.read();
    raw.arrive("HTTP/1.1 is what you wrote");
    expect(Buffer.from((await answer) as Uint8Array).toString()).toBe("HTTP/1.1 is what you wrote");
    expect(raw.isDestroyed).toBe(false);
  });
});
