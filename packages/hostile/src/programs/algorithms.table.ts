import type { OutcomeKind } from "vivarium";
import type { ProgramGroup } from "../hostile-program.ts";

/** Native code that computes is not interrupted: the host may have to end the cell. */
const late: readonly OutcomeKind[] = ["cpu-time-limit", "wall-time-limit"];
const refused: readonly OutcomeKind[] = ["threw", "out-of-memory", "cpu-time-limit", "process-memory-limit"];

/** Programs that let the algorithms of their cell work for them: cryptography and compression, outside of their isolate. */
export const algorithmPrograms: ProgramGroup = {
  name: "algorithms",
  programs: [
    {
      name: "derivation-without-end",
      program: "require('crypto').pbkdf2Sync('a', 'b', 2 ** 31 - 1, 64, 'sha512')",
      ends: late,
    },
    {
      name: "derivation-without-end-later",
      program: "require('crypto').pbkdf2('a', 'b', 2 ** 31 - 1, 64, 'sha512', () => {}); setInterval(() => {}, 1000)",
      ends: late,
    },
    {
      name: "derivations-one-after-the-other",
      program: "const { scrypt } = require('crypto'); (function again() { scrypt('a', 'b', 64, again) })()",
      ends: late,
    },
    {
      name: "derivations-at-once",
      program: "const { scrypt } = require('crypto'); for (let i = 0; i < 10_000; i++) scrypt('a', 'b', 64, () => {})",
      ends: late,
    },
    {
      name: "pattern-without-end",
      program: "new URLPattern({ pathname: '((?:a+)+)b' }).test({ pathname: 'a'.repeat(40) })",
      ends: late,
    },
    {
      name: "huge-patterns",
      program:
        "const all = []; for (let i = 0; ; i++) all.push(new URLPattern({ pathname: '/:a' + i + '/x*'.repeat(5_000) }))",
      ends: [...refused, "wall-time-limit"],
    },
    { name: "huge-key", program: "require('crypto').generateKeyPairSync('rsa', { modulusLength: 16384 })", ends: late },
    {
      name: "huge-results",
      program: `const crypto = require('crypto');
        const asks = [() => crypto.pbkdf2Sync('a', 'b', 1, 2 ** 30, 'sha1'), () => crypto.createHash('shake256', { outputLength: 2 ** 31 }).digest(),
          () => crypto.scryptSync('a', 'b', 64, { N: 2 ** 24, maxmem: 2 ** 40 }), () => crypto.generateKeySync('hmac', { length: 2 ** 31 - 1 }),
          () => crypto.argon2Sync('argon2id', { message: 'a', nonce: Buffer.alloc(16), parallelism: 1, tagLength: 16, memory: 2 ** 30, passes: 1 })];
        module.exports = asks.map((ask) => { try { ask(); return 'given' } catch { return 'refused' } })`,
      ends: ["returned"],
      answer: new Array(5).fill("refused"),
    },
    {
      name: "malformed-keys",
      program: `const crypto = require('crypto');
        const { publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'der' } });
        let refused = 0;
        for (let i = 0; i < 2_000; i++) {
          const key = Buffer.from(publicKey); key[i % key.length] ^= 1 + (i % 255);
          for (const type of ['spki', 'pkcs1']) try { crypto.createPublicKey({ key: key.subarray(0, 1 + (i % 90)), type, format: 'der' }) } catch { refused++ }
        }
        module.exports = refused > 3_000`,
      limits: { cpuTimeLimitMs: 10_000, wallTimeLimitMs: 30_000 },
      ends: ["returned"],
      answer: true,
    },
    {
      name: "forged-handles",
      program: `const crypto = require('crypto');
        const symbol = Object.getOwnPropertySymbols(crypto.createHash('md5')).find(({ description }) => description === 'kHandle');
        const handle = crypto.createHash('md5')[symbol]; const { update, digest } = Object.getPrototypeOf(handle);
        const acts = [() => update.call({}, 'a'), () => digest.call(Object.create(handle)), () => digest.call(new Proxy(handle, {})), () => digest.call(7),
          () => crypto.createHmac('md5', { [symbol]: handle }), () => new handle.constructor(handle.constructor.prototype)];
        module.exports = acts.map((act) => { try { act(); return 'worked' } catch { return 'refused' } })`,
      ends: ["returned"],
      answer: new Array(6).fill("refused"),
    },
    {
      name: "objects-without-end",
      program:
        "const { createSecretKey } = require('crypto'); const all = []; for (;;) all.push(createSecretKey(Buffer.alloc(1024)))",
      limits: { cpuTimeLimitMs: 10_000, wallTimeLimitMs: 30_000 },
      ends: refused,
    },
    {
      name: "decompression-bomb",
      program: `const zlib = require('zlib'); let bomb = zlib.gzipSync(Buffer.alloc(30_000_000));
        const parts = []; for (let i = 0; i < 1_000; i++) parts.push(bomb); module.exports = zlib.gunzipSync(Buffer.concat(parts)).length`,
      ends: refused,
    },
    {
      name: "streams-without-end",
      program:
        "const zlib = require('zlib'); const all = []; for (;;) all.push(zlib.createDeflate({ level: 9, memLevel: 9 }))",
      ends: refused,
    },
    {
      name: "compression-without-end",
      program:
        "const zlib = require('zlib'); const bytes = require('crypto').randomBytes(2e6); for (;;) zlib.brotliCompressSync(bytes)",
      ends: late,
    },
    {
      name: "compression-without-end-later",
      program:
        "const zlib = require('zlib'); const bytes = require('crypto').randomBytes(2e6); (function again() { zlib.brotliCompress(bytes, again) })()",
      ends: late,
    },
  ],
};
