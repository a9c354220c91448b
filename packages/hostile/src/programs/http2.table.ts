import type { OutcomeKind } from "vivarium";
import type { ProgramGroup } from "../hostile-program.ts";

const tooMuch: readonly OutcomeKind[] = [
  "cpu-time-limit",
  "wall-time-limit",
  "out-of-memory",
  "process-memory-limit",
  "pending-calls-limit",
  "timers-limit",
];
const anyEnd: readonly OutcomeKind[] = [...tooMuch, "threw", "returned"];

const both = `process.on('uncaughtException', () => {}); process.on('unhandledRejection', () => {});
  const h2 = require('http2'), net = require('net'), { duplexPair } = require('stream'), deaf = () => {};
  const large = { maxSessionMemory: 4000, settings: { maxConcurrentStreams: 4e9, initialWindowSize: 2 ** 31 - 1 } };
  const pair = (options, serve = () => {}) => {
    const [near, far] = duplexPair();
    const server = h2.performServerHandshake(far, options); server.on('error', deaf).on('stream', (s, h) => { s.on('error', deaf); serve(s, h) });
    const client = h2.connect('http://a', { ...options, createConnection: () => near }); client.on('error', deaf);
    return { server, client, ask: (headers, more) => client.request(headers, more).on('error', deaf) };
  };`;
const frames = `${both}
  const frame = (type, flags, stream, payload = Buffer.alloc(0)) => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3); head[3] = type; head[4] = flags; head.writeUInt32BE(stream >>> 0, 5);
    return Buffer.concat([head, payload]);
  };
  const random = (below) => Math.floor(Math.random() * below);
  const get = Buffer.from([0x82, 0x84, 0x86, 0x41, 1, 97]);
  const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n'), frame(4, 0, 0)]);
  const flood = (make, options = {}) => {
    const server = h2.createServer(options).on('session', (s) => s.on('error', deaf)).on('stream', (s) => { s.on('error', deaf); s.respond(); s.end('x'.repeat(1e4)) });
    server.listen(0, () => {
      const open = () => {
        const socket = net.connect(server.address().port).on('error', deaf).on('close', () => setImmediate(open)).resume();
        const more = (failed) => failed || socket.write(make(), more);
        socket.write(preface, more);
      };
      open();
    });
  };
  // A client of a server that says such things to it: after settings, and an answer to whatever it asks for first.
  const floodClient = (make, options = {}) => {
    const server = net.createServer((socket) => {
      socket.on('error', deaf).resume();
      const more = (failed) => failed || socket.write(make(), more);
      socket.write(Buffer.concat([frame(4, 0, 0), frame(4, 1, 0)]), more);
    });
    server.listen(0, () => {
      const open = () => {
        const client = h2.connect('http://127.0.0.1:' + server.address().port, options).on('error', deaf).on('close', () => setImmediate(open)).on('stream', (s) => s.on('error', deaf).resume());
        client.request().on('error', deaf).resume();
      };
      open();
    });
  };`;
// Sessions as the library's own code has them, called as that never would.
const handles = `${both}
  const random = (below) => Math.floor(Math.random() * below), pick = (...list) => list[random(list.length)];
  const handleOf = (object) => object[Object.getOwnPropertySymbols(object).find((symbol) => String(symbol) === 'Symbol(kHandle)')];
  const headers = (flags) => [[':method', 'GET'], [':path', '/'], [':scheme', 'http'], [':authority', 'a'], ['x', 'v'.repeat(300)]].map(([name, value]) => name + '\\0' + value + '\\0' + String.fromCharCode(flags)).join('');`;

/** Programs that speak HTTP/2 with themselves as nobody should. */
export const http2Programs: ProgramGroup = {
  name: "http2",
  programs: [
    { name: "h2-sessions", program: `${both} const all = []; for (;;) all.push(pair())`, ends: anyEnd },
    {
      name: "h2-sessions-dropped",
      program: `${both} setInterval(() => { for (let i = 0; i < 50; i++) pair() }, 1)`,
      ends: tooMuch,
    },
    {
      name: "h2-streams",
      program: `${both} const { ask } = pair(large); setInterval(() => { for (let i = 0; i < 500; i++) ask() }, 1)`,
      ends: anyEnd,
    },
    {
      name: "h2-bodies-that-nobody-reads",
      program: `${both} const piece = Buffer.alloc(2 ** 20); setInterval(() => { const { ask } = pair(large, (s) => s.respond()); for (let i = 0; i < 20; i++) { const s = ask({ ':method': 'POST' }); for (let j = 0; j < 20; j++) s.write(piece) } }, 1)`,
      ends: anyEnd,
    },
    {
      name: "h2-queues-that-never-leave",
      program: `${both} const { Duplex } = require('stream'); const all = []; setInterval(() => { const client = h2.connect('http://a', { ...large, createConnection: () => new Duplex({ read() {}, write() {} }) }); client.on('error', deaf); for (let i = 0; i < 90; i++) { const s = client.request({ ':method': 'POST', a: 'x'.repeat(4e4) }); s.on('error', deaf); s.write(Buffer.alloc(65536)) } all.push(client) }, 1)`,
      ends: anyEnd,
    },
    {
      name: "h2-headers",
      program: `${both} const headers = { __proto__: null }; for (let i = 0; i < 1e4; i++) headers['h' + i] = 'x'.repeat(100); const { ask } = pair({ ...large, maxHeaderListPairs: 1e6, maxSendHeaderBlockLength: 2 ** 30 }, (s) => s.respond(headers)); setInterval(() => ask(headers), 1)`,
      ends: anyEnd,
    },
    {
      name: "h2-ends-in-the-middle",
      program: `${both} setInterval(() => { for (let i = 0; i < 5; i++) { const { client, server, ask } = pair({}, (s) => { s.pushStream({ ':path': '/' }, (e, p) => { client.destroy(); p?.respond(); p?.end('y') }); try { s.respond(); s.end('x'); s.close(8); server.destroy() } catch {} }); const s = ask({ ':method': 'POST' }); s.write('a'); s.on('data', () => client.destroy()); client.ping(() => server.destroy()); client.settings({ enablePush: i % 2 === 0 }, () => client.destroy()) } }, 1)`,
      ends: tooMuch,
    },
    {
      name: "h2-pings-and-settings",
      program: `${both} const { client } = pair({ maxOutstandingPings: 1e9, maxOutstandingSettings: 1e9 }); const more = () => { for (let i = 0; i < 100; i++) { client.ping(deaf); client.settings({ headerTableSize: i }) } setImmediate(more) }; more()`,
      ends: anyEnd,
    },
    {
      name: "h2-pushes",
      program: `${both} const { ask } = pair(large, (s) => { const more = () => { for (let i = 0; i < 100; i++) s.pushStream({ ':path': '/' + i }, (e, p) => { p?.on('error', deaf); p?.respond() }); setImmediate(more) }; more() }); ask()`,
      ends: anyEnd,
    },
    {
      name: "h2-origins",
      program: `${both} const { server } = pair(); let n = 0; const more = () => { server.origin(...Array.from({ length: 500 }, () => 'https://a' + n++ + '.test')); server.altsvc('h2=":' + n + '"', 'https://a.test'); setImmediate(more) }; more()`,
      ends: anyEnd,
    },
    {
      name: "h2-frames-of-chance",
      program: `${frames} flood(() => { const list = []; for (let i = 0; i < 40; i++) list.push(frame(random(14), random(256), random(9), Buffer.from(Array.from({ length: random(40) }, () => random(256))))); return Buffer.concat(list) })`,
      ends: tooMuch,
    },
    {
      name: "h2-rapid-resets",
      program: `${frames} let id = -1; flood(() => Buffer.concat(Array.from({ length: 200 }, () => Buffer.concat([frame(1, 5, id += 2, get), frame(3, 0, id, Buffer.alloc(4, 8))]))), { streamResetBurst: 1e9, streamResetRate: 1e9 })`,
      ends: tooMuch,
    },
    {
      name: "h2-windows-of-many-streams",
      program: `${frames} let id = -1, n = 0; flood(() => Buffer.concat(n++ < 50 ? Array.from({ length: 90 }, () => frame(1, 4, id += 2, get)) : Array.from({ length: 300 }, () => frame(4, 0, 0, Buffer.from([0, 4, 0, 0, n++ % 2, 0])))), large)`,
      ends: tooMuch,
    },
    {
      name: "h2-header-bomb",
      program: `${frames} let id = -1; const entry = Buffer.concat([Buffer.from([0x40, 1, 97, 0x7f, 0xa1, 0x1e]), Buffer.alloc(4000, 98)]); flood(() => frame(1, 5, id += 2, Buffer.concat([get, entry, Buffer.alloc(12000, 0xbe)])), { ...large, maxHeaderListPairs: 1e6, settings: { maxHeaderListSize: 2 ** 32 - 1 } })`,
      ends: tooMuch,
    },
    {
      name: "h2-headers-that-stay-where-they-are",
      program: `${handles} const found = []; const { server, client } = pair({}, (s, h) => { if (h.x !== 'v'.repeat(300)) found.push(h.x) }); client.on('connect', () => { for (let i = 0; i < 90; i++) { handleOf(client).request([headers(pick(2, 4, 6, 254)), 5], 1); Buffer.from('z'.repeat(random(900))).latin1Slice(); encodeURIComponent('q'.repeat(random(900))) } }); module.exports = found; setTimeout(() => { client.destroy(); server.destroy() }, 800)`,
      ends: ["returned"],
      answer: [],
    },
    {
      name: "h2-table-of-headers",
      program: `${handles} const { client } = pair({ ...large, maxDeflateDynamicTableSize: 2 ** 32 - 1, maxSendHeaderBlockLength: 2 ** 30, settings: { headerTableSize: 2 ** 32 - 1 } }); let text = headers(0); for (let i = 0; i < 65000; i++) text += 'y\\0' + i + '\\0\\0'; client.on('remoteSettings', () => setInterval(() => handleOf(client)?.request([text, 65005], 1), 1))`,
      ends: [...tooMuch, "exited"],
    },
    {
      name: "h2-handles-called-at-random",
      program: `${handles}
        const number = () => pick(0, 1, 2, 3, 5, -1, 2 ** 31 - 1, -(2 ** 31), 16384, random(2 ** 31)), bytes = () => Buffer.alloc(pick(0, 1, 8, 16384, 70000));
        const list = () => [headers(random(8)).repeat(random(3)), random(12)];
        const calls = (h) => [() => h.request(list(), random(4)), () => h.settings(deaf), () => h.ping(Buffer.alloc(8), deaf), () => h.goaway(number(), number(), bytes()), () => h.altsvc(number(), '', 'x'.repeat(random(70000))), () => h.origin('https://a\\0'.repeat(random(3000)), random(3000)), () => h.setNextStreamID(number()), () => h.setLocalWindowSize(number()), () => h.receive(Buffer.from(Array.from({ length: random(40) }, () => random(256)))), () => h.destroy(number(), !random(2)),
          () => h.respond(list(), random(4)), () => h.info(list()), () => h.trailers(list()), () => h.pushPromise(list(), random(4)), () => h.rstStream(number()), () => h.writeBuffer({ oncomplete: deaf }, bytes()), () => h.shutdown({ oncomplete: deaf }), () => h.close()];
        setInterval(() => { const { server, client, ask } = pair({ ...large, paddingStrategy: random(3) }, (s) => all.push(handleOf(s))); const all = [server, client, ask(), ask()].map(handleOf); setImmediate(() => { for (let i = 0; i < 60; i++) { try { const h = all[random(all.length)]; const made = calls(h)[random(18)](); if (typeof made === 'object') all.push(made) } catch {} } }) }, 1)`,
      ends: tooMuch,
    },
    {
      name: "h2-client-of-pushes",
      program: `${frames} let id = 0; floodClient(() => Buffer.concat(Array.from({ length: 200 }, () => frame(5, 4, 1, Buffer.concat([Buffer.from([0, 0, (id += 2) >> 8 & 255, id & 255]), get])))), large)`,
      ends: tooMuch,
    },
    {
      name: "h2-client-of-settings-and-pings",
      program: `${frames} floodClient(() => Buffer.concat(Array.from({ length: 500 }, (_, i) => (i % 2 ? frame(4, 0, 0, Buffer.from([0, 4, 0, 0, 0, i & 255])) : frame(6, 0, 0, Buffer.alloc(8))))), { maxSettings: 2 ** 31 })`,
      ends: tooMuch,
    },
    {
      name: "h2-client-of-origins-and-goodbyes",
      program: `${frames} const origin = Buffer.concat(Array.from({ length: 1000 }, (_, i) => Buffer.from('\\0\\u000eh' + 'ttps://a' + String(10000 + i)))); floodClient(() => Buffer.concat([frame(12, 0, 0, origin), frame(10, 0, 0, Buffer.from('\\0\\u0009https://ah2=":1"')), frame(8, 0, 0, Buffer.from([0, 0, 0, 1]))]))`,
      ends: tooMuch,
    },
    {
      name: "h2-client-of-answers-without-end",
      program: `${frames} floodClient(() => Buffer.concat([...Array.from({ length: 200 }, () => frame(1, 4, 1, Buffer.from([0x48, 3, 49, 48, 51]))), ...Array.from({ length: 200 }, () => frame(0, 0, 1))]))`,
      ends: tooMuch,
    },
    {
      name: "h2-continuations-without-end",
      program: `${frames} let n = 0; flood(() => Buffer.concat(Array.from({ length: 100 }, () => (n++ ? frame(9, 0, 1, Buffer.from([0x40, 1, 97, 1, 98])) : frame(1, 0, 1, get)))), large)`,
      ends: tooMuch,
    },
    {
      name: "h2-to-outside",
      program: `${both} setInterval(() => { for (let i = 0; i < 20; i++) { const c = h2.connect('http://a.test/'); c.on('error', deaf); c.request().on('error', deaf).resume() } }, 1)`,
      ends: tooMuch,
    },
  ],
};
