import type { OutcomeKind } from "vivarium";
import type { ProgramGroup } from "../hostile-program.ts";

const tooMuch: readonly OutcomeKind[] = [
  "cpu-time-limit",
  "wall-time-limit",
  "out-of-memory",
  "process-memory-limit",
  "pending-calls-limit",
  "timers-limit",
  "output-limit",
];
const anyEnd: readonly OutcomeKind[] = [...tooMuch, "threw", "returned"];

const quiet = "process.on('uncaughtException', () => {}); process.on('unhandledRejection', () => {});";
const net = `const net = require('net'); ${quiet}
  const open = () => { const s = net.connect(80, 'a.test'); s.on('error', () => {}); return s; };
  const request = 'GET / HTTP/1.1\\r\\nHost: a.test\\r\\n\\r\\n';`;

const names = `const udp = require('dgram').createSocket('udp4'); ${quiet}
  const resolverOf = (port) => { const r = new (require('dns').Resolver)({ timeout: 1e6, tries: 1e6 }); r.setServers(['127.0.0.1:' + port]); return r; };`;

/** Programs that use the network that they may use as nobody means it. */
export const networkPrograms: ProgramGroup = {
  name: "network",
  programs: [
    { name: "sockets", program: `${net} for (let i = 0; i < 1e5; i++) open()`, ends: anyEnd },
    {
      name: "sockets-and-closes",
      program: `${net} setInterval(() => { for (let i = 0; i < 50; i++) open().destroy() }, 1)`,
      ends: tooMuch,
    },
    {
      name: "pipelined-requests",
      program: `${net} const s = open(); s.on('connect', () => s.write(request.repeat(1e6)))`,
      ends: anyEnd,
    },
    {
      name: "pipelined-from-many",
      program: `${net} for (let i = 0; i < 60; i++) { const s = open(); s.on('connect', () => s.write(request.repeat(2e4))) }`,
      ends: anyEnd,
    },
    {
      name: "requests-without-end",
      program: `${net} const again = () => fetch('http://a.test/').then((r) => r.text()).then(again, again); for (let i = 0; i < 40; i++) again()`,
      ends: tooMuch,
    },
    {
      name: "headers-without-end",
      program: `${net} const s = open(); s.on('connect', () => { s.write('GET / HTTP/1.1\\r\\n'); const more = () => s.write('X: ' + 'x'.repeat(1e4) + '\\r\\n', more); more() })`,
      ends: anyEnd,
    },
    {
      name: "body-without-end",
      program: `${net} const s = open(); s.on('connect', () => { s.write('POST / HTTP/1.1\\r\\nHost: a.test\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n'); const b = Buffer.from('10000\\r\\n' + 'x'.repeat(65536) + '\\r\\n'); const more = () => s.write(b, more); more() })`,
      ends: tooMuch,
    },
    {
      name: "one-byte-chunks",
      program: `${net} const s = open(); s.on('connect', () => { s.write('POST / HTTP/1.1\\r\\nHost: a.test\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n'); const b = '1\\r\\nx\\r\\n'.repeat(1e5); const more = () => s.write(b, more); more() })`,
      ends: tooMuch,
    },
    {
      name: "answer-without-end",
      program: `${quiet} fetch('http://a.test/endless').then(async (r) => { for await (const piece of r.body); })`,
      ends: tooMuch,
    },
    {
      name: "answers-that-nobody-reads",
      program: `${quiet} for (let i = 0; i < 60; i++) fetch('http://a.test/endless').then(() => {}); setTimeout(() => {}, 2000)`,
      ends: anyEnd,
    },
    {
      name: "answers-that-never-come",
      program: `${quiet} for (let i = 0; i < 60; i++) fetch('http://a.test/never').catch(() => {})`,
      ends: anyEnd,
    },
    {
      name: "drips",
      program: `${quiet} for (let i = 0; i < 50; i++) fetch('http://a.test/drip').then((r) => r.text())`,
      ends: tooMuch,
    },
    {
      name: "names-without-end",
      program: `${quiet} const dns = require('dns'); let n = 0; const again = () => dns.lookup('n' + n++ + '.test', again); for (let i = 0; i < 200; i++) again()`,
      ends: tooMuch,
    },
    {
      name: "questions-without-end",
      program: `${quiet} const dns = require('dns'); const again = () => dns.resolveMx('a.test', again); for (let i = 0; i < 200; i++) again()`,
      ends: tooMuch,
    },
    {
      name: "listeners-without-end",
      program: `${quiet} const net = require('net'); for (let i = 1; i < 6e4; i++) net.createServer().on('error', () => {}).listen(i)`,
      ends: anyEnd,
    },
    {
      name: "a-socket-that-talks-to-itself",
      program: `${quiet} const net = require('net'); net.createServer((s) => s.pipe(s)).listen(80, () => { const s = net.connect(80, '127.0.0.1'); s.pipe(s); s.write('x'.repeat(1e5)) })`,
      ends: tooMuch,
    },
    {
      name: "junk-for-tls",
      program: `${quiet} const tls = require('tls'); for (let i = 0; i < 200; i++) { try { tls.connect({ host: 'a.test', port: 443, ca: ['-----BEGIN CERTIFICATE-----\\n' + 'A'.repeat(9e5)] }).on('error', () => {}) } catch {} }`,
      ends: anyEnd,
    },
    {
      name: "denied-names",
      program: `${quiet} let n = 0; const again = () => fetch('http://n' + n++ + '.denied/').then(again, again); for (let i = 0; i < 40; i++) again()`,
      ends: tooMuch,
    },
    {
      name: "denied-paths",
      program: `${quiet} let n = 0; const again = () => fetch('http://b.test/' + n++).then(again, again); for (let i = 0; i < 40; i++) again()`,
      ends: tooMuch,
    },
    {
      name: "hosts-that-are-none",
      program: `${net} const s = ['a'.repeat(1e6), 'a\\u0000b', '.', '..', ' ', '[::1', '%00', '\\ud800'].map((host) => { try { net.connect(80, host).on('error', () => {}) } catch {} })`,
      ends: anyEnd,
    },
    {
      name: "resolver-questions-without-end",
      program: `${names} udp.bind(0, '127.0.0.1', () => { const r = resolverOf(udp.address().port); for (let i = 0; i < 5e4; i++) r.resolve4('n' + i + '.test', () => {}) })`,
      ends: anyEnd,
    },
    {
      name: "resolver-answers-again-and-again",
      program: `${names} udp.on('message', (asked, { port }) => { asked[2] |= 0x82; for (let i = 0; i < 100; i++) udp.send(asked, port, '127.0.0.1') }); udp.bind(0, '127.0.0.1', () => { const r = resolverOf(udp.address().port); const again = () => r.resolveAny('n.test', again); for (let i = 0; i < 20; i++) again() })`,
      ends: tooMuch,
    },
    {
      name: "resolver-names-within-themselves",
      program: `${names} udp.on('message', (asked, { port }) => { const records = Buffer.alloc(60000); for (let i = 0; i + 12 <= 60000; i += 12) { records.writeUInt16BE(0xc000 | (asked.length + i), i) } const reply = Buffer.concat([asked, records]); reply[2] |= 0x80; reply.writeUInt16BE(5000, 6); udp.send(reply, port, '127.0.0.1') }); udp.bind(0, '127.0.0.1', () => { const r = resolverOf(udp.address().port); const again = () => r.resolveAny('n.test', again); for (let i = 0; i < 20; i++) again() })`,
      ends: tooMuch,
    },
    {
      name: "resolver-of-many-servers",
      program: `${names} const r = new (require('dns').Resolver)({ timeout: 1, tries: 1e6 }); r.setServers(Array.from({ length: 1e4 }, (_, i) => '192.0.2.' + (i % 256) + ':' + (1 + i))); const again = () => r.resolve4('n.test', again); for (let i = 0; i < 1e3; i++) again()`,
      ends: anyEnd,
    },
  ],
};
