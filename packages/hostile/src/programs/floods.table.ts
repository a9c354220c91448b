import type { OutcomeKind } from "vivarium";
import type { ProgramGroup } from "../hostile-program.ts";

const output: readonly OutcomeKind[] = ["output-limit"];
const tooMuch: readonly OutcomeKind[] = [
  "cpu-time-limit",
  "wall-time-limit",
  "out-of-memory",
  "process-memory-limit",
  "pending-calls-limit",
  "timers-limit",
];
const tooMuchOrThrew: readonly OutcomeKind[] = [...tooMuch, "threw"];
const anyEnd: readonly OutcomeKind[] = [...tooMuchOrThrew, "returned"];

/** Programs that make more of something than anyone wants. */
export const floodPrograms: ProgramGroup = {
  name: "floods",
  programs: [
    { name: "output", program: "for (;;) process.stdout.write('x'.repeat(1000))", ends: output },
    { name: "output-letters", program: "for (;;) process.stderr.write('x')", ends: [...output, ...tooMuch] },
    { name: "output-lines", program: "for (;;) console.log('line')", ends: [...output, ...tooMuch] },
    { name: "output-at-once", program: "process.stdout.write('\\u4e00'.repeat(1e7))", ends: output },
    {
      name: "output-by-descriptor",
      program: "const fs = require('fs'); const b = Buffer.alloc(1e5, 120); for (;;) fs.writeSync(2, b)",
      ends: output,
    },
    {
      name: "output-after-drain",
      program: "(function again() { process.stdout.write('x'.repeat(1e4), again) })()",
      ends: output,
    },
    {
      name: "output-at-exit",
      program: "process.on('exit', () => { for (;;) console.error('x'.repeat(1000)) })",
      ends: output,
    },
    {
      name: "output-caught",
      program: "for (;;) try { for (;;) console.log('x'.repeat(1000)) } catch {}",
      ends: output,
    },
    {
      name: "output-without-limit",
      program: "for (;;) process.stdout.write('x'.repeat(1e5))",
      limits: { outputLimitBytes: Number.POSITIVE_INFINITY },
      ends: tooMuch,
    },
    { name: "timers", program: "for (;;) setTimeout(() => {}, 1e6)", ends: tooMuch },
    { name: "timers-of-all-lengths", program: "for (let i = 1; ; i++) setTimeout(() => {}, i)", ends: tooMuch },
    { name: "intervals", program: "for (let i = 0; i < 2e4; i++) setInterval(() => {}, 1)", ends: tooMuch },
    { name: "immediates-many", program: "for (;;) setImmediate(() => {})", ends: tooMuch },
    {
      name: "watches-of-one-file",
      program:
        "const fs = require('fs'); fs.writeFileSync('/workspace/f', 'x'); for (let i = 0; i < 1000; i++) try { fs.watch('/workspace/f', () => {}) } catch {} const fd = fs.openSync('/workspace/f', 'r+'); for (;;) fs.writeSync(fd, 'x', 0)",
      limits: { openFilesLimit: 1_024 },
      ends: tooMuch,
    },
    {
      name: "files",
      program: "const fs = require('fs'); for (let i = 0; ; i++) fs.writeFileSync('/workspace/f' + i, 'x')",
      ends: tooMuchOrThrew,
    },
    {
      name: "files-large",
      program:
        "const fs = require('fs'); const b = Buffer.alloc(5e6); for (let i = 0; ; i++) try { fs.writeFileSync('/workspace/f' + i, b) } catch (e) { if (e.code !== 'ENOSPC') throw e; module.exports = e.code; break }",
      ends: [...tooMuch, "returned"],
    },
    {
      name: "file-appended",
      program: "const fs = require('fs'); for (;;) fs.appendFileSync('/workspace/f', 'x'.repeat(1e5))",
      ends: tooMuchOrThrew,
    },
    {
      name: "file-of-a-terabyte",
      program:
        "const fs = require('fs'); try { fs.writeFileSync('/workspace/f', ''); fs.truncateSync('/workspace/f', 2 ** 40) } catch (e) { module.exports = typeof e.code }",
      ends: ["returned"],
      answer: "string",
    },
    {
      name: "folders-deep",
      program:
        "const fs = require('fs'); process.chdir('/workspace'); for (;;) { fs.mkdirSync('d'.repeat(100)); process.chdir('d'.repeat(100)) }",
      ends: tooMuchOrThrew,
    },
    {
      name: "links-in-circles",
      program: `const fs = require('fs');
        fs.symlinkSync('/workspace/b', '/workspace/a'); fs.symlinkSync('/workspace/a', '/workspace/b');
        try { fs.readFileSync('/workspace/a') } catch (e) { module.exports = e.code }`,
      ends: ["returned"],
      answer: "ELOOP",
    },
    {
      name: "open-files",
      program: `const fs = require('fs'); const open = [];
        for (;;) try { open.push(fs.openSync('/workspace/f', 'w')) } catch (e) { module.exports = e.code; break }`,
      ends: ["returned"],
      answer: "EMFILE",
    },
    {
      name: "open-files-for-ever",
      program: "const fs = require('fs'); for (;;) try { fs.openSync('/workspace/f', 'w') } catch {}",
      ends: tooMuch,
    },
    {
      name: "open-files-by-promise",
      program:
        "const fs = require('fs'); const open = []; for (let i = 0; i < 1e4; i++) open.push(fs.promises.open('/workspace/f' + i, 'w').catch((e) => e.code)); Promise.all(open)",
      ends: anyEnd,
    },
    {
      name: "pending-calls",
      program:
        "const fs = require('fs'); (function again() { for (let i = 0; i < 2000; i++) fs.stat('/', () => {}); setImmediate(again) })()",
      ends: tooMuch,
    },
    {
      name: "pending-calls-at-once",
      program: "const fs = require('fs'); for (;;) fs.promises.readFile('/given.txt')",
      ends: tooMuch,
    },
    {
      name: "pending-calls-counted",
      program: "const fs = require('fs'); for (;;) fs.stat('/', () => {})",
      limits: { pendingCallsLimit: 1000 },
      ends: ["pending-calls-limit"],
    },
    {
      name: "timers-counted",
      program: `const spare = setTimeout(() => {}, 1e6); Object.freeze(Object.getPrototypeOf(spare));
        for (;;) try { spare._onTimeout = () => {}; spare._destroyed = false; clearTimeout(spare); setTimeout(() => {}, 1e6).unref() } catch {}`,
      limits: { timersLimit: 1000 },
      ends: ["timers-limit"],
    },
    {
      name: "immediates-counted",
      program: "(function again() { for (let i = 0; i < 600; i++) setImmediate(again) })()",
      limits: { timersLimit: 1000 },
      ends: ["timers-limit"],
    },
    {
      name: "channels-counted",
      program: "for (;;) try { new MessageChannel() } catch {}",
      limits: { timersLimit: 1000 },
      ends: ["timers-limit"],
    },
    {
      name: "calls-counted",
      program: "const fs = require('fs'); for (;;) try { fs.statSync('/nowhere') } catch {}",
      limits: { systemCallLimit: 500 },
      ends: ["system-call-limit"],
    },
    {
      name: "calls-per-second",
      program: "const { now } = performance; Date.now = () => 0; for (;;) try { now.call(performance) } catch {}",
      limits: { systemCallRateLimit: 500 },
      ends: ["system-call-rate-limit"],
    },
    {
      name: "reads-of-a-large-file",
      program:
        "const fs = require('fs'); fs.writeFileSync('/workspace/f', Buffer.alloc(8e6)); for (;;) fs.readFileSync('/workspace/f')",
      ends: tooMuchOrThrew,
    },
    {
      name: "messages",
      program:
        "const { port1, port2 } = new MessageChannel(); port2.on('message', () => {}); for (;;) port1.postMessage('x'.repeat(1000))",
      ends: tooMuch,
    },
    {
      name: "messages-answered",
      program:
        "const { port1, port2 } = new MessageChannel(); for (const p of [port1, port2]) p.on('message', (m) => { p.postMessage(m); p.postMessage(m) }); port1.postMessage({ a: [1] })",
      ends: tooMuch,
    },
    { name: "message-channels", program: "const all = []; for (;;) all.push(new MessageChannel())", ends: tooMuch },
    {
      name: "broadcasts",
      program: "for (let i = 0; ; i++) new BroadcastChannel('a' + i).postMessage(i)",
      ends: tooMuchOrThrew,
    },
    { name: "exports-long-text", program: "module.exports = 'x'.repeat(3e7)", ends: ["result-limit"] },
    { name: "exports-wide-text", program: "module.exports = '\\u4e00'.repeat(5e6)", ends: ["result-limit"] },
    { name: "exports-text-within-limit", program: "module.exports = 'x'.repeat(8e6)", ends: ["returned"] },
    { name: "exports-buffer", program: "module.exports = new Uint8Array(3e7)", ends: ["result-limit"] },
    {
      name: "exports-one-text-often",
      program: "const s = 'x'.repeat(1e6); module.exports = Array.from({ length: 1e5 }, (_, i) => s + i)",
      ends: ["result-limit", ...tooMuch],
    },
    {
      name: "exports-one-object-often",
      program: "let o = {}; for (let i = 0; i < 40; i++) o = { a: o, b: o }; module.exports = o",
      ends: ["returned"],
    },
    {
      name: "exports-many-values",
      program: "module.exports = Array.from({ length: 4.5e5 }, (_, i) => [i])",
      ends: ["result-limit", ...tooMuch],
    },
    {
      name: "exports-empty-maps",
      program: "module.exports = Array.from({ length: 2e5 }, () => new Map())",
      ends: ["result-limit", ...tooMuch],
    },
    {
      name: "exports-empty-views",
      program: "module.exports = Array.from({ length: 1e5 }, () => new Uint8Array(0))",
      ends: ["result-limit", ...tooMuch],
    },
    {
      name: "exports-numbers",
      program: "module.exports = new Array(8e6).fill(0.5)",
      limits: { memoryLimit: 512, resultLimitBytes: 64 * 2 ** 20 },
      ends: ["result-limit", ...tooMuch],
    },
    {
      name: "exports-numbers-within-limit",
      program: "module.exports = new Array(1e6).fill(0.5)",
      ends: ["returned"],
    },
    {
      name: "exports-map-that-grows-while-it-is-read",
      program: `const map = new Map();
        const grow = () => map.set({}, { get more() { grow(); return 1 } });
        grow(); module.exports = map`,
      ends: ["result-limit", ...tooMuch],
    },
    {
      name: "changes-of-one-file",
      program:
        "const fs = require('fs'); const b = Buffer.alloc(2 ** 16); for (;;) fs.writeFileSync('/workspace/f', b)",
      ends: tooMuch,
    },
    {
      name: "changes-of-no-size",
      program: "const fs = require('fs'); for (;;) fs.chmodSync('/workspace', 0o777)",
      ends: tooMuch,
    },
    {
      name: "changes-before-the-end",
      program:
        "const fs = require('fs'); const end = Date.now() + 400; while (Date.now() < end) { fs.renameSync('/workspace', '/w'); fs.renameSync('/w', '/workspace') }",
      ends: ["returned", ...tooMuch],
    },
    {
      name: "changes-and-output-by-turns",
      program:
        "const fs = require('fs'); for (let i = 0; ; i++) { process.stdout.write('x'); fs.writeFileSync('/workspace/f', String(i)) }",
      ends: [...output, ...tooMuch],
    },
    {
      name: "changes-counted",
      program: "const fs = require('fs'); for (;;) try { fs.writeFileSync('/workspace/f', 'x') } catch {}",
      limits: { systemCallRateLimit: 500 },
      ends: ["system-call-rate-limit"],
    },
    {
      name: "changes-by-promise-counted",
      program: "const fs = require('fs'); for (;;) fs.promises.writeFile('/workspace/f', 'x').catch(() => {})",
      limits: { systemCallLimit: 500 },
      ends: ["system-call-limit", ...tooMuch],
    },
    {
      name: "directory-of-long-names",
      program: `const fs = require('fs'); for (let i = 0; i < 4000; i++) fs.writeFileSync('/workspace/' + i + 'n'.repeat(240), '');
        for (;;) fs.readdirSync('/workspace', { withFileTypes: true })`,
      ends: tooMuch,
    },
    {
      name: "exports-holes",
      program: "const a = []; a.length = 2 ** 32 - 1; module.exports = a",
      ends: ["returned", "result-limit"],
    },
    {
      name: "exports-many-errors",
      program: "module.exports = Array.from({ length: 2e4 }, (_, i) => new Error('e' + i))",
      ends: ["returned", "result-limit", ...tooMuch],
    },
    {
      name: "exports-many-expressions",
      program: "module.exports = Array.from({ length: 2e4 }, (_, i) => new RegExp('(a|b)*c' + i))",
      ends: ["returned", "result-limit", ...tooMuch],
    },
    {
      name: "exports-many-dates-and-maps",
      program: "module.exports = Array.from({ length: 5e4 }, (_, i) => new Map([[new Date(i), new Set([i])]]))",
      ends: ["returned", "result-limit", ...tooMuch],
    },
    {
      name: "exports-expression-long-to-parse",
      program: "module.exports = [/x/u, new RegExp('[' + '\\\\W\\\\w'.repeat(700) + ']', 'iv')]",
      limits: { cpuTimeLimitMs: 10_000, wallTimeLimitMs: 20_000 },
      ends: ["unexportable", ...tooMuch],
    },
    {
      name: "exports-members-of-one-hash",
      program: `const bits = new BigUint64Array(1), numbers = new Float64Array(bits.buffer), members = new Set();
        const word = (value) => BigInt.asUintN(64, value);
        const inverse = (odd) => { let x = 1n; for (let i = 0; i < 6; i++) x = word(x * (2n - odd * x)); return x };
        const unshifted = (hash, by) => { let x = hash; for (let i = 0n; i < 64n; i += by) x = hash ^ (x >> by); return x };
        const [a, b, c] = [inverse(65n), inverse(21n), inverse(2n ** 18n - 1n)];
        for (let high = 0n; members.size < 20000; high++) {
          const hash = word(unshifted(word(unshifted((high << 30n) | 1n, 22n) * a), 11n) * b);
          bits[0] = word((unshifted(hash, 31n) + 1n) * c);
          if (!Number.isInteger(numbers[0]) && !Number.isNaN(numbers[0])) members.add(numbers[0]);
        }
        module.exports = members`,
      limits: { cpuTimeLimitMs: 10_000, wallTimeLimitMs: 20_000 },
      ends: ["returned", ...tooMuch],
    },
    {
      name: "exports-wide-object",
      program: "const o = {}; for (let i = 0; i < 3e5; i++) o['k' + i] = i; module.exports = o",
      ends: ["result-limit", ...tooMuch],
    },
    {
      name: "exports-deep",
      program: "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; module.exports = o",
      ends: ["unexportable"],
    },
    {
      name: "exports-deep-causes",
      program: "let e; for (let i = 0; i < 1e4; i++) e = new Error('x', { cause: e }); module.exports = e",
      ends: ["unexportable"],
    },
    {
      name: "exports-bigint",
      program: "module.exports = 1n << 20000000n",
      ends: ["returned", "result-limit", "unexportable"],
    },
    { name: "listeners", program: "for (let i = 0; ; i++) process.on('event' + i, () => {})", ends: tooMuch },
    {
      name: "listeners-of-one",
      program: "process.setMaxListeners(0); for (;;) process.on('exit', () => {})",
      ends: tooMuch,
    },
    {
      name: "listeners-of-targets",
      program: "const t = new EventTarget(); for (;;) t.addEventListener('a', () => {})",
      ends: tooMuch,
    },
    {
      name: "signals",
      program: "process.on('SIGUSR2', () => {}); for (;;) process.kill(process.pid, 'SIGUSR2')",
      ends: tooMuchOrThrew,
    },
    {
      name: "variables",
      program: "for (let i = 0; ; i++) process.env['NAME' + i] = 'x'.repeat(1000)",
      ends: tooMuchOrThrew,
    },
    { name: "variable-overwritten", program: "for (;;) process.env.NAME = 'x'.repeat(1e5)", ends: tooMuchOrThrew },
    {
      name: "variable-long",
      program: "try { process.env.NAME = 'x'.repeat(3e7) } catch {} module.exports = 1",
      ends: anyEnd,
    },
    {
      name: "warnings",
      program: "for (let i = 0; ; i++) process.emitWarning('warning ' + i, 'Type' + i)",
      ends: [...tooMuch, ...output],
    },
    {
      name: "rejections",
      program:
        "process.on('unhandledRejection', () => {}); (function again() { for (let i = 0; i < 1000; i++) Promise.reject(i); setImmediate(again) })()",
      ends: tooMuch,
    },
    {
      name: "rejections-at-once",
      program: "for (let i = 0; i < 1e5; i++) Promise.reject(new Error('x' + i))",
      ends: [...tooMuch, "threw"],
    },
    {
      name: "imports",
      program: "(async () => { for (let i = 0; ; i++) await import('data:text/javascript,export default ' + i) })()",
      ends: tooMuch,
    },
    {
      name: "modules",
      program:
        "const fs = require('fs'); for (let i = 0; ; i++) { fs.writeFileSync('/workspace/m' + i + '.js', 'module.exports = ' + i); require('/workspace/m' + i) }",
      ends: tooMuchOrThrew,
    },
    { name: "marks", program: "for (let i = 0; ; i++) performance.mark('m' + i)", ends: [...tooMuch, ...output] },
    { name: "message-thrown", program: "throw new Error('x'.repeat(2e7))", ends: ["threw", "out-of-memory"] },
    { name: "text-thrown", program: "throw '\\u4e00'.repeat(1e7)", ends: ["threw", "out-of-memory"] },
    {
      name: "path-long",
      program: "try { require('fs').readFileSync('/' + 'x'.repeat(2e7)) } catch (e) { module.exports = e.code }",
      ends: ["returned"],
      answer: "ENAMETOOLONG",
    },
    {
      name: "watched-files",
      program:
        "const fs = require('fs'); for (let i = 0; ; i++) fs.watchFile('/workspace/w' + i, { interval: 1 }, () => {})",
      ends: tooMuchOrThrew,
    },
    {
      name: "datagrams",
      program: `
        const dgram = require('dgram');
        for (;;) {
          const socket = dgram.createSocket('udp4');
          socket.bind(() => socket.send(new Uint8Array(65_000), socket.address().port, '127.0.0.1'));
        }
      `,
      ends: tooMuchOrThrew,
    },
    {
      name: "watched-directories",
      program: `
        const fs = require('fs');
        for (let i = 0; ; i++) {
          fs.watch('/workspace', () => fs.writeFileSync('/workspace/again' + i, ''));
          fs.writeFileSync('/workspace/w' + i, '');
        }
      `,
      ends: tooMuchOrThrew,
    },
    {
      name: "abort-signals",
      program: "const all = []; for (;;) all.push(AbortSignal.any([AbortSignal.timeout(1e6)]))",
      ends: tooMuchOrThrew,
    },
    {
      name: "texts-logged-deep",
      program:
        "let o = {}; for (let i = 0; i < 1e4; i++) o = { o, a: new Map([[o, o]]) }; require('util').inspect(o, { depth: Infinity })",
      ends: anyEnd,
    },
  ],
};
