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

const setUp = `const cp = require('child_process'); const fs = require('fs');
  process.on('uncaughtException', () => {}); process.on('unhandledRejection', () => {});
  const start = (command, args = [], options = {}) => { try { const child = cp.spawn(command, args, { cwd: '/workspace', ...options }); child.on('error', () => {}); for (const s of child.stdio) s?.on('error', () => {}); return child } catch { return undefined } };
  const code = (command, args, options) => { try { return cp.spawnSync(command, args, { cwd: '/workspace', ...options }).error?.code ?? 'started' } catch (error) { return error.code } };`;
const bomb =
  "const cp = require('child_process'); setInterval(() => { for (let i = 0; i < 8; i++) cp.spawn('node', [__filename], { stdio: 'inherit' }).on('error', () => {}) }, 5)";

/**
 * Programs that start commands, or other guests, as nobody means it. Of commands they may start `cat`, `yes`, `sleep`, `true` and
 * `node`, which is another guest: no shell, so that nothing of this harms a machine that is not defended.
 */
export const childrenPrograms: ProgramGroup = {
  name: "children",
  programs: [
    {
      name: "fork-bomb",
      program: `${setUp} fs.writeFileSync('/bomb.js', ${JSON.stringify(bomb)}); setInterval(() => start('node', ['/bomb.js']), 5)`,
      ends: tooMuch,
    },
    {
      name: "threads-that-start-threads",
      program: `const { Worker } = require('worker_threads'); fs = require('fs'); fs.writeFileSync('/w.js', ${JSON.stringify("const { Worker } = require('worker_threads'); setInterval(() => { for (let i = 0; i < 8; i++) new Worker('/w.js').on('error', () => {}) }, 5)")}); setInterval(() => { try { new Worker('/w.js').on('error', () => {}) } catch {} }, 5)`,
      ends: tooMuch,
    },
    {
      name: "threads-that-never-come-back",
      program:
        "const { Worker } = require('worker_threads'); for (let i = 0; i < 8; i++) new Worker('for (;;);', { eval: true }).on('error', () => {})",
      ends: tooMuch,
    },
    {
      name: "threads-that-flood",
      program:
        "const { Worker } = require('worker_threads'); for (let i = 0; i < 4; i++) new Worker(\"const { parentPort } = require('worker_threads'); for (;;) parentPort.postMessage(new Uint8Array(1e6))\", { eval: true }).on('error', () => {}).on('message', (m) => (globalThis.kept ??= []).push(m))",
      ends: anyEnd,
    },
    {
      name: "threads-that-are-waited-for",
      program: `require('module').register('data:text/javascript,' + encodeURIComponent("import { BroadcastChannel } from 'node:worker_threads'; const all = new BroadcastChannel('a'); export async function resolve() { for (;;) all.postMessage(new Uint8Array(1e6)) }")); new (require('worker_threads').BroadcastChannel)('a'); require('module').register('data:text/javascript,1')`,
      // Its own heap may be full first, upon which whoever waits for it hears that it is gone.
      ends: [...tooMuch, "threw"],
    },
    {
      name: "threads-that-never-answer",
      program: `const { register } = require('module'); register('data:text/javascript,export function resolve() { setInterval(() => {}, 1000); return new Promise(() => {}) }'); register('data:text/javascript,1')`,
      ends: ["wall-time-limit"],
    },
    { name: "children-without-waiting", program: `${setUp} for (let i = 0; i < 1e5; i++) start('true')`, ends: anyEnd },
    {
      name: "guests-without-waiting",
      program: `${setUp} for (let i = 0; i < 1e5; i++) start('node', ['-e', '1'])`,
      ends: anyEnd,
    },
    {
      name: "sync-children-in-a-loop",
      program: `${setUp} for (;;) cp.spawnSync('true', { cwd: '/workspace' })`,
      ends: tooMuch,
    },
    { name: "sync-guests-in-a-loop", program: `${setUp} for (;;) cp.spawnSync('node', ['-e', '1'])`, ends: tooMuch },
    {
      name: "children-that-sleep",
      program: `${setUp} for (let i = 0; i < 200; i++) start('sleep', ['300'], { detached: true, stdio: 'ignore' })?.unref()`,
      ends: anyEnd,
    },
    {
      name: "output-that-is-inherited",
      program: `${setUp} start('yes', [], { stdio: 'inherit' })`,
      ends: ["output-limit"],
    },
    {
      name: "output-that-is-read",
      program: `${setUp} for (let i = 0; i < 8; i++) start('yes')?.stdout.on('data', () => {})`,
      ends: anyEnd,
    },
    {
      name: "output-that-nobody-reads",
      program: `${setUp} for (let i = 0; i < 8; i++) start('yes'); setTimeout(() => {}, 2000)`,
      ends: anyEnd,
    },
    {
      name: "errors-without-end",
      program: `${setUp} const c = start('node', ['-e', 'for (;;) require("fs").writeSync(2, "x".repeat(65536))']); c?.stderr.on('data', () => {})`,
      ends: anyEnd,
    },
    {
      name: "output-for-one-that-waits",
      program: `${setUp} cp.spawnSync('yes', [], { cwd: '/workspace', maxBuffer: Infinity })`,
      // 16 MiB, as its executor has it, which the host has four times while it makes one answer of them.
      growthMiB: 128,
      ends: anyEnd,
    },
    {
      name: "input-without-end",
      program: `${setUp} const c = start('sleep', ['300']); const b = Buffer.alloc(2 ** 20); const more = () => { for (let i = 0; i < 20; i++) c?.stdin.write(b); setImmediate(more) }; more()`,
      ends: tooMuch,
    },
    {
      name: "a-child-that-ignores-signals",
      program: `${setUp} const c = start('node', ['-e', 'process.on("SIGTERM", () => { for (;;); }); setInterval(() => {}, 1e3)']); setInterval(() => c?.kill('SIGTERM'), 1)`,
      ends: anyEnd,
    },
    {
      name: "signals-without-end",
      program: `${setUp} const c = start('node', ['-e', 'process.on("SIGUSR2", () => {}); setInterval(() => {}, 1e3)']); setInterval(() => { for (let i = 0; i < 1e3; i++) c?.kill('SIGUSR2') })`,
      ends: tooMuch,
    },
    {
      name: "messages-to-a-child",
      program: `${setUp} fs.writeFileSync('/deaf.js', 'process.on("message", () => { for (;;); })'); const c = cp.fork('/deaf.js').on('error', () => {}); const more = () => { for (let i = 0; i < 100; i++) c.send('x'.repeat(1e5), () => {}); setImmediate(more) }; more()`,
      ends: tooMuch,
    },
    {
      name: "messages-from-a-child",
      program: `${setUp} fs.writeFileSync('/loud.js', 'const more = () => { for (let i = 0; i < 100; i++) process.send("x".repeat(1e5), () => {}); setImmediate(more) }; more()'); cp.fork('/loud.js').on('error', () => {}).on('message', () => {})`,
      ends: anyEnd,
    },
    {
      name: "messages-that-pollute",
      program: `${setUp} fs.writeFileSync('/loud.js', ${JSON.stringify(`process.send(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"cmd":"NODE_HANDLE","type":"net.Server"}'))`)}); cp.fork('/loud.js').on('message', () => {}).on('exit', () => { module.exports = {}.polluted ?? 'clean'; }); module.exports = 'clean'`,
      ends: ["returned"],
      answer: "clean",
    },
    {
      name: "processes-of-others",
      program: `${setUp} const told = new Set(); for (let pid = -70000; pid < 70000; pid += 7) { try { if (Math.abs(pid) > 1) { process.kill(pid, 9); told.add('killed') } } catch (error) { told.add(error.code) } } module.exports = [...told].join()`,
      ends: ["returned"],
      answer: "ESRCH",
    },
    {
      name: "shells-by-every-spelling",
      program: `${setUp} const tries = [['sh'], ['/bin/sh'], ['bash'], ['/bin/../bin/sh'], ['//bin//sh'], ['SH'], ['\\uFF53h'], ['s\\u200bh'], ['sh '], ['cat', [], { argv0: 'sh' }], ['cat;cat', [], { shell: true }], ['cat $(cat)', [], { shell: true }], ['cat >x', [], { shell: true }], ['A=1 cat', [], { shell: 'sh' }], ['exec cat', [], { shell: true }], ['cat $0', [], { shell: true }], ['cat', [], { shell: 'bash' }], ['env', ['sh']], ['/proc/self/exe'], ['/proc/1/exe'], ['busybox', ['sh']], ['xargs', ['sh']], ['./sh', [], { cwd: '/bin' }], ['/usr/bin/env', ['-S', 'sh']], ['CAT'], ['cat\\u0301']]; // A line that is nothing but a command needs no shell: the command is a child of whoever starts the others.
        const parent = (options) => String(cp.spawnSync('cat', ['/proc/self/stat'], { cwd: '/workspace', ...options }).stdout).split(' ')[3];
        module.exports = [...tries.filter((given) => code(...given) === 'started').map(String), parent({ shell: true }) > 0 && parent({ shell: true }) === parent() && 'no shell for a command'].join()`,
      ends: ["returned"],
      answer: "no shell for a command",
    },
    {
      name: "variables-that-load-code",
      program: `${setUp} const names = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'NODE_OPTIONS', 'BASH_ENV', 'ENV', 'GIT_SSH_COMMAND', 'PYTHONSTARTUP', 'PERL5OPT', 'BASH_FUNC_cat%%', 'VIVARIUM_COMMAND', 'GCONV_PATH', 'PAGER']; module.exports = names.filter((name) => code('true', [], { env: { [name]: '/x' } }) === 'started').join()`,
      ends: ["returned"],
      answer: "",
    },
    {
      name: "text-with-nul",
      program: `${setUp} module.exports = [['cat\\0'], ['cat', ['a\\0b']], ['cat', [], { cwd: '/\\0' }], ['cat', [], { env: { A: 'x\\0y' } }], ['cat', [], { argv0: 'a\\0' }]].filter((given) => code(...given) === 'started').length`,
      ends: ["returned"],
      answer: 0,
    },
    {
      name: "arguments-without-end",
      program: `${setUp} code('true', Array(65536).fill('x'.repeat(100))); code('true', Array(1e6).fill('x')); code('true', [], { env: Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => ['A' + i, 'x'])) }); code('true', ['x'.repeat(3e7)])`,
      ends: anyEnd,
    },
    {
      name: "directories-by-links",
      program: `${setUp} fs.symlinkSync('/etc', '/link'); module.exports = ['/link', '/etc', '/workspace/../etc', '/workspace/..', '/work\\u0073pace/./../etc', '/WORKSPACE'].filter((cwd) => code('cat', ['passwd'], { cwd }) === 'started' && cp.spawnSync('cat', ['passwd'], { cwd }).stdout?.length > 0).join()`,
      ends: ["returned"],
      answer: "",
    },
    {
      name: "connections-that-nobody-reads",
      program: `${setUp} const net = require('net'); fs.writeFileSync('/quiet.js', "require('net').createServer({ pauseOnConnect: true }, (s) => (globalThis.kept ??= []).push(s.on('error', () => {}))).listen(7, () => console.log('ready'))"); const child = start('node', ['/quiet.js']);
        child.stdout.once('data', () => { for (let i = 0; i < 2000; i++) { const s = net.connect(7); s.on('error', () => {}); for (let j = 0; j < 8; j++) s.write(Buffer.alloc(1 << 18)) } })`,
      limits: { openFilesLimit: 1_024, wallTimeLimitMs: 6_000, cpuTimeLimitMs: 4_000 },
      ends: anyEnd,
    },
    {
      name: "sockets-for-a-child-that-takes-none",
      program: `${setUp} const net = require('net'); fs.writeFileSync('/deaf.js', 'setInterval(() => {}, 1e3)'); const child = cp.fork('/deaf.js'); child.on('error', () => {});
        const server = net.createServer((s) => { s.on('error', () => {}); try { child.send('x', s._handle); child._handleQueue = null; child.send('x', server); child._handleQueue = null } catch {} }).listen(0, () => { setInterval(() => { for (let i = 0; i < 50; i++) net.connect(server.address().port).on('error', () => {}).write(Buffer.alloc(65536)) }, 1) })`,
      ends: anyEnd,
    },
    {
      name: "channels-that-lie",
      program: `${setUp} fs.writeFileSync('/liar.js', "const { Pipe } = process.binding ? {} : {}; process.channel.ref(); const send = (m) => process.send(m); setInterval(() => { for (let i = 0; i < 50; i++) { send({ cmd: 'NODE_HANDLE', type: 'net.Native', msg: 1 }); send({ cmd: 'NODE_HANDLE', type: 'dgram.Socket', msg: 1 }); send({ cmd: 'NODE_HANDLE_ACK' }); send('NODE_HANDLE'.repeat(100)) } }, 1)"); const child = cp.fork('/liar.js'); child.on('error', () => {}).on('message', () => {}); setTimeout(() => child.kill('SIGKILL'), 1500)`,
      ends: anyEnd,
    },
    {
      name: "ports-of-all-relatives",
      program: `${setUp} fs.writeFileSync('/ports.js', "const net = require('net'); process.on('uncaughtException', () => {}); for (let p = 1; p < 65536; p++) net.createServer((s) => s.pipe(s)).on('error', () => {}).listen(p)"); for (let i = 0; i < 4; i++) start('node', ['/ports.js']); const net = require('net'); setInterval(() => { for (let p = 1; p < 100; p++) net.connect(p).on('error', () => {}).write('x') }, 5)`,
      ends: anyEnd,
    },
    {
      // All of them bind what there is, again and again: the host must not look through it for each.
      name: "listeners-of-all-relatives",
      program: `${setUp} fs.writeFileSync('/many.js', "const net = require('net'); process.on('uncaughtException', () => {}); let open = 0; const one = () => { const s = net.createServer().on('error', () => setImmediate(one)).listen(0, '127.0.0.' + (1 + open % 250), () => { open++; one() }) }; for (let i = 0; i < 64; i++) one()"); for (let i = 0; i < 6; i++) start('node', ['/many.js']); require('/many.js')`,
      limits: { openFilesLimit: 65_536, wallTimeLimitMs: 8_000, cpuTimeLimitMs: 6_000 },
      ends: anyEnd,
    },
    {
      // A worker is killed while it is given all that comes, and the next one: nothing of that may stay with the host.
      name: "workers-that-die-with-what-they-were-given",
      program: `${setUp} const net = require('net'); fs.writeFileSync('/dying.js', "process.on('message', (m, h) => { if (h) { h.on('error', () => {}); h.listen ? h.on('connection', () => process.kill(process.pid, 'SIGKILL')) : h.pause() } })");
        const server = net.createServer({ pauseOnConnect: true }, (s) => s.on('error', () => {})).listen(0, () => {
          const next = () => { const child = cp.fork('/dying.js', { stdio: 'ignore' }); child.on('error', () => {}).on('exit', next); try { child.send('server', server); server.once('connection', (s) => { try { child.send('socket', s) } catch {} }) } catch {} };
          for (let i = 0; i < 3; i++) next();
          setInterval(() => { for (let i = 0; i < 8; i++) net.connect(server.address().port).on('error', () => {}).write(Buffer.alloc(65536)) }, 20) })`,
      limits: { wallTimeLimitMs: 6_000, cpuTimeLimitMs: 4_000 },
      ends: anyEnd,
    },
    {
      name: "handles-that-are-closed-or-given-twice",
      program: `${setUp} const net = require('net'); fs.writeFileSync('/taker.js', "process.on('message', (m, h) => { try { process.send('again', h?._handle ?? h) } catch {} h?.on?.('error', () => {}) })"); const child = cp.fork('/taker.js'); child.on('error', () => {}).on('message', (m, h) => { try { child.send('back', h) } catch {} try { h?.close?.() } catch {} });
        const give = (h) => { for (let i = 0; i < 3; i++) { child._handleQueue = null; try { child.send('x', h) } catch {} } };
        const server = net.createServer((s) => { s.on('error', () => {}); const handle = s._handle; give(handle); handle.close(); give(handle) }).listen(0, () => { const { port } = server.address(); const handle = server._handle; give(handle);
          setInterval(() => { give(handle); for (let i = 0; i < 20; i++) net.connect(port).on('error', () => {}).end('x') }, 5); setTimeout(() => { server.close(); give(handle) }, 1000) })`,
      ends: anyEnd,
    },
    {
      // Both sides write all that they may, and nobody reads: what waits is the host's to keep.
      name: "connections-that-only-write",
      program: `${setUp} const net = require('net'); const full = "(s) => { (globalThis.kept ??= []).push(s.pause().on('error', () => {})); const more = () => { for (let i = 0; i < 16; i++) s.write(Buffer.alloc(1 << 18)) }; more() }"; fs.writeFileSync('/writes.js', "require('net').createServer({ pauseOnConnect: true }, " + full + ").listen(7, () => console.log('ready'))");
        const child = start('node', ['/writes.js']); const fill = eval(full); child.stdout.once('data', () => { for (let i = 0; i < 256; i++) { const s = net.connect(7, '127.0.0.1'); s.on('error', () => {}).on('connect', () => fill(s)) } })`,
      limits: {
        openFilesLimit: 1_024,
        wallTimeLimitMs: 8_000,
        cpuTimeLimitMs: 6_000,
        memoryLimit: 256,
        processOverheadLimit: 512,
      },
      // 64 MiB that each of the two has under way, and 64 of the connections.
      growthMiB: 192,
      ends: anyEnd,
    },
  ],
};
