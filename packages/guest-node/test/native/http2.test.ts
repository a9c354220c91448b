import { afterEach, expect, it } from "vitest";
import { createNativeGuest, type NativeGuest } from "./native-guest.ts";

let guest: NativeGuest | undefined;
afterEach(() => {
  guest?.[Symbol.dispose]();
  guest = undefined;
});

/** Runs a function body in a guest of its own, with `make(isServer, chosen options)`, `pass(from, to)` and `pairs(list, flags)`. */
function run(body: string, memoryLimit = 256): unknown {
  guest = createNativeGuest(memoryLimit);
  return guest.run(
    `const { http2 } = native;
    const make = (isServer, options = {}) => {
      const list = new Uint32Array(14);
      for (const [index, value] of Object.entries(options)) { list[index] = value; list[13] |= 1 << index; }
      return http2.create(isServer, list);
    };
    const pass = (from, to) => {
      const events = [];
      for (let bytes = http2.send(from)[1]; bytes !== undefined; bytes = http2.send(from)[1]) {
        for (let at = 0; at < bytes.length; ) {
          const [taken, , ...told] = http2.receive(to, bytes, at);
          if (taken <= 0) throw new Error('refused: ' + taken);
          at += taken;
          events.push(...told);
        }
      }
      return events;
    };
    const request = [[':method', 'GET'], [':path', '/'], [':scheme', 'http'], [':authority', 'a']];
    const pairs = (list, flags = 0) => list.map(([name, value]) => name + '\\0' + value + '\\0' + String.fromCharCode(flags)).join('');
    ${body}`,
  );
}

it("copies all that is to be sent, whatever flags it comes with", () => {
  // Flags 2 and 4 say to nghttp2 that a name and a value stay where they are.
  const told = run(`
    const client = make(false), server = make(true);
    http2.submitSettings(client, new Uint32Array([]));
    const text = pairs(request) + pairs([['x-name', 'v'.repeat(300)]], 6);
    http2.submitRequest(client, text, 5, true, false);
    for (let i = 0; i < 50; i++) http2.submitRequest(make(false), pairs([['z'.repeat(text.length - 20), '']]), 1, true, false);
    return pass(client, server).filter((each) => typeof each === 'string').slice(-2);`);
  expect(told).toEqual(["x-name", "v".repeat(300)]);
});

it("looks for a header among no more than a bounded table has, whatever the peer offers", () => {
  const size = run(`
    const client = make(false, { 0: 2 ** 32 - 1, 2: 2 ** 30 }), server = make(true);
    http2.submitSettings(server, new Uint32Array([1, 2 ** 32 - 1]));
    http2.submitSettings(client, new Uint32Array([]));
    pass(server, client);
    http2.submitRequest(client, pairs([...request, ...Array.from({ length: 5000 }, (_, i) => ['x', 'v' + i])]), 5004, true, false);
    http2.send(client);
    const state = new Float64Array(9);
    http2.refreshSession(client, state);
    return state[7];`);
  expect(size).toBeGreaterThan(4096);
  expect(size).toBeLessThanOrEqual(65_536);
});

it("holds thousands of sessions, and gives way when some are given up", () => {
  const made = run(`
    const fill = () => {
      const list = [];
      try { for (;;) list.push(make(list.length % 2 === 0)); } catch (error) { return { count: list.length, why: error.message }; }
    };
    return [fill(), fill()];`) as { count: number; why: string }[];
  for (const { count, why } of made) {
    expect(why).toBe("too much is kept for sessions");
    expect(count).toBeGreaterThan(2000);
    expect(count).toBeLessThan(10_000);
  }
});

it("keeps no more than 96 MiB of what a guest's sessions are to send", () => {
  const kept = run(`
    const piece = new Uint8Array(2 ** 20);
    const sessions = [1, 2, 3].map(() => make(false));
    const ids = sessions.map((each) => http2.submitRequest(each, pairs(request), 4, false, false));
    let count = 0;
    while (http2.write(sessions[count % 3], ids[count % 3], piece)) count++;
    const refused = [http2.submitGoaway(sessions[0], 0, 0, new Uint8Array(16000))];
    for (let i = 0; i < 80; i++) refused.push(http2.submitGoaway(sessions[0], 0, 0, new Uint8Array(16000)));
    http2.forget(sessions[1], ids[1]);
    return { count, isRefused: refused.at(-1) < 0, hasRoomAgain: http2.write(sessions[2], ids[2], piece) };`);
  expect(kept).toEqual({ count: 95, isRefused: true, hasRoomAgain: true });
});
