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
  };`;

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
      name: "h2-to-outside",
      program: `${both} setInterval(() => { for (let i = 0; i < 20; i++) { const c = h2.connect('http://a.test/'); c.on('error', deaf); c.request().on('error', deaf).resume() } }, 1)`,
      ends: tooMuch,
    },
  ],
};
