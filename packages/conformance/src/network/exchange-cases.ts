import { expect } from "vitest";
import type { NetworkAdapterCase } from "./network-adapter-case.ts";
import { expectFailure, readAll, readSome, settled, textOf } from "./network-expectations.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const UNREAD_BYTES = 64 * 1024 * 1024;

interface Repeated {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

const repeatedIn = (text: string): Repeated => JSON.parse(Buffer.from(text, "latin1").toString()) as Repeated;

/** What `fetch` promises. */
export const exchangeCases: readonly NetworkAdapterCase[] = [
  {
    name: "answers status, phrase, headers and content as they came",
    async run({ fetch }) {
      const { status, statusText, headers, body } = await fetch("/answer");
      expect([status, statusText]).toEqual([203, "As You Like"]);
      const named = headers.filter(([name]) => /^x-/i.test(name)).map(([name, value]) => [name.toLowerCase(), value]);
      expect(named).toEqual([
        ["x-one", "1"],
        ["x-many", "a"],
        ["x-many", "b"],
      ]);
      expect(await textOf(body)).toBe("the answer");
    },
  },
  {
    name: "follows no redirect",
    async run({ fetch }) {
      const { status, headers, body } = await fetch("/moved");
      expect(status).toBe(302);
      expect(headers.find(([name]) => name.toLowerCase() === "location")?.[1]).toBe("/answer");
      expect(await textOf(body)).toBe("");
    },
  },
  {
    name: "sends method, target, headers and bytes as they are given",
    async run({ fetch }) {
      const content = "\0\xff\r\n".repeat(10_000);
      const headers: [string, string][] = [
        ["X-Many", "a"],
        ["X-Many", "b"],
      ];
      const { body } = await fetch("/repeat?a=%20b", { method: "PUT", headers, body: bytes(content) });
      const repeated = repeatedIn(await textOf(body));
      expect([repeated.method, repeated.url]).toEqual(["PUT", "/repeat?a=%20b"]);
      expect(repeated.rawHeaders.filter((_, index, all) => /^x-many$/i.test(all[index - 1] ?? ""))).toEqual(["a", "b"]);
      expect(repeated.body).toBe(content);
    },
  },
  {
    name: "sends a body that comes in pieces",
    async run({ fetch }) {
      async function* pieces(): AsyncGenerator<Uint8Array> {
        for (let count = 0; count < 3; count += 1) yield bytes(`piece ${count}.`);
      }
      const { body } = await fetch("/repeat", { method: "POST", body: pieces() });
      expect(repeatedIn(await textOf(body)).body).toBe("piece 0.piece 1.piece 2.");
    },
  },
  {
    name: "fails as the body does that it sends",
    async run({ fetch }) {
      async function* pieces(): AsyncGenerator<Uint8Array> {
        yield bytes("one");
        throw Object.assign(new Error("the guest is gone"), { code: "ECONNRESET" });
      }
      await expectFailure(async () => textOf((await fetch("/repeat", { method: "POST", body: pieces() })).body));
    },
  },
  {
    name: "gives packed content as it is, or unpacked and without the header that says so",
    async run({ fetch }) {
      const { headers, body } = await fetch("/packed");
      const isPacked = headers.some(([name]) => name.toLowerCase() === "content-encoding");
      const text = await textOf(body);
      expect(isPacked ? text.slice(0, 2) : text).toBe(isPacked ? "\x1f\x8b" : "unpacked");
      const length = headers.find(([name]) => name.toLowerCase() === "content-length")?.[1];
      if (length !== undefined) expect(Number(length)).toBe(text.length);
    },
  },
  {
    name: "fails with a code where a response ends before its length",
    async run({ fetch }) {
      await expectFailure(async () => textOf((await fetch("/cut")).body));
    },
  },
  {
    name: "gives up an exchange that nobody waits for, before it is answered",
    async run({ fetch, connections }) {
      const controller = new AbortController();
      const answer = fetch("/never", { signal: controller.signal });
      await expect.poll(connections).toBe(1);
      controller.abort();
      await expectFailure(() => answer);
      await expect.poll(connections).toBe(0);
    },
  },
  {
    name: "gives content as it comes, and gives up where nobody wants the rest",
    needs: ["streams"],
    async run({ fetch, connections }) {
      const controller = new AbortController();
      const { body } = await fetch("/slow", { signal: controller.signal });
      const pieces = body[Symbol.asyncIterator]();
      expect(Buffer.from((await pieces.next()).value ?? []).toString()).toBe("first");
      const rest = pieces.next();
      controller.abort();
      await expectFailure(() => rest);
      await expect.poll(connections).toBe(0);
    },
  },
  {
    name: "reads no faster than its reader, and ends the connection of a reader that has left",
    needs: ["streams"],
    async run({ fetch, endlessBytes, connections }) {
      const { body } = await fetch("/endless");
      const pieces = body[Symbol.asyncIterator]();
      await pieces.next();
      expect(await settled(endlessBytes)).toBeLessThan(UNREAD_BYTES);
      await pieces.return?.();
      await expect.poll(connections).toBe(0);
    },
  },
  {
    name: "hands over the connection of a WebSocket, with what follows the answer",
    needs: ["upgrade"],
    async run({ fetch }) {
      const { status, headers, upgraded } = await fetch("/socket", {
        upgrade: "websocket",
        headers: [
          ["Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="],
          ["Sec-WebSocket-Version", "13"],
        ],
      });
      expect(status).toBe(101);
      expect(headers.some(([name]) => name.toLowerCase() === "x-one")).toBe(true);
      if (upgraded === undefined) return expect.fail("the answer 101 has no `upgraded`");
      await upgraded.write(bytes("frames"));
      expect(await readSome(upgraded, 6)).toBe("frames");
      await upgraded.end();
      expect(await readAll(upgraded)).toBe("");
      upgraded.destroy();
      upgraded.destroy();
      return undefined;
    },
  },
];
