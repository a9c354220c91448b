import type { OutcomeKind } from "vivarium";
import type { ProgramGroup } from "../hostile-program.ts";

/** Native code that computes is not interrupted: the host may have to end the cell. */
const late: readonly OutcomeKind[] = ["cpu-time-limit", "wall-time-limit"];
const refused: readonly OutcomeKind[] = ["threw", "out-of-memory", "cpu-time-limit", "process-memory-limit"];

/** A store of one key whose check asks for 2,147,483,647 rounds. */
const pfx: string = [
  "MIIDLgIBAzCCAuIGCSqGSIb3DQEHAaCCAtMEggLPMIICyzCCAewGCSqGSIb3DQEHAaCCAd0EggHZMIIB1TCCAdEGCyqGSIb3DQEMCgEDoIIBmT",
  "CCAZUGCiqGSIb3DQEJFgGgggGFBIIBgTCCAX0wggEjoAMCAQICFHDFYmvoEKSnesXnnhwhblvu/KRZMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMM",
  "CWxvY2FsaG9zdDAeFw0yNjExMjMwMjU1NDNaFw0zNjExMjAwMjU1NDNaMBQxEjAQBgNVBAMMCWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM",
  "49AwEHA0IABBKJzIqlzi2Dy4ZU5Q7jtmWMcy9ic2T8BzX5DUQg0jWwSil0GmhByncLRn5x4evJ9K9XPH+JaK5F30C/LXuriJyjUzBRMB0GA1Ud",
  "DgQWBBRtTezw4FyFdghp8UKVxy8ZB8e4FzAfBgNVHSMEGDAWgBRtTezw4FyFdghp8UKVxy8ZB8e4FzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM",
  "49BAMCA0gAMEUCID/Cz6CLsZZ6tLlAo3f3v+my42aHhg/YbfNwb54bVa8bAiEAn4NtF3IAIs+8j0yXaghv+XvROU4eJjFMrn+flDZYdO0xJTAj",
  "BgkqhkiG9w0BCRUxFgQUg7jCkbESwDLi3b1GypCN2Bnc7rcwgdgGCSqGSIb3DQEHAaCBygSBxzCBxDCBwQYLKoZIhvcNAQwKAQGggYowgYcCAQ",
  "AwEwYHKoZIzj0CAQYIKoZIzj0DAQcEbTBrAgEBBCA4tIHUwMAp/GkuXwC9SFJWkFS3F8kW5ZrFfMxPO7OPJqFEA0IABBKJzIqlzi2Dy4ZU5Q7j",
  "tmWMcy9ic2T8BzX5DUQg0jWwSil0GmhByncLRn5x4evJ9K9XPH+JaK5F30C/LXuriJwxJTAjBgkqhkiG9w0BCRUxFgQUg7jCkbESwDLi3b1Gyp",
  "CN2Bnc7rcwQzAxMA0GCWCGSAFlAwQCAQUABCBUrIr4Xovd/cB6vaCoTdOpaYImycmwn02tLRYX0vf2+gQIQapNez59hIgCBH////8=",
].join("");

/** A key that is encrypted with as many. */
const encryptedKey: string = [
  "MIHuMFkGCSqGSIb3DQEFDTBMMCsGCSqGSIb3DQEFDDAeBAjR2iWef1M5lwIEf////zAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQANGQNw",
  "tTULcBkHgo//ryLASBkNNEBVqKmMS7JYnzvt2OcYR0sIcoJvB8nSzjhrYWOlCAOGqPMN/cKMhhvpLB/OfejPG3vKAxwIha2+DvvW6Bdr8QZHhe",
  "JlPaMNAaqAjNdAoldd2ePW0LhnqZD/HxNE+zYyO4EIPkD9nOEybB+Jg5FAFSgGSY1KKWDLu1wlUpF0hqW7T45b1hxdSbkXF6Y1PWGw==",
].join("");

const own = `const tls = require('tls'), { Duplex } = require('stream');
  const nowhere = () => new Duplex({ read() {}, write(bytes, encoding, done) { done() } });`;

/** A number of DER, and a sequence: for keys that nobody would make. */
const der = `const length = (n) => n < 128 ? [n] : [0x83, n >> 16, n >> 8 & 255, n & 255];
  const tagged = (tag, ...parts) => { const all = Buffer.concat(parts); return Buffer.concat([Buffer.from([tag, ...length(all.length)]), all]) };
  const huge = (bytes) => { const b = Buffer.alloc(bytes, 0x5b); b[bytes - 1] |= 1; return tagged(2, b) };
  const small = (n) => tagged(2, Buffer.from([n]));
  const pem = (name, bytes) => '-----BEGIN ' + name + '-----\\n' + bytes.toString('base64') + '\\n-----END ' + name + '-----\\n';`;

/** Programs that have TLS of their own work for them: it is done beside their isolate, in the cell. */
export const securePrograms: ProgramGroup = {
  name: "tls",
  programs: [
    {
      name: "store-without-end",
      program: `require('tls').createSecureContext({ pfx: Buffer.from('${pfx}', 'base64'), passphrase: 'x' })`,
      ends: late,
    },
    {
      name: "encrypted-key-without-end",
      program: `${der} require('tls').createSecureContext({ key: pem('ENCRYPTED PRIVATE KEY', Buffer.from('${encryptedKey}', 'base64')), passphrase: 'x' })`,
      ends: late,
    },
    {
      name: "signature-without-end",
      program: `${der} const n = huge(50_000), d = huge(50_000), key = tagged(0x30, small(0), n, small(3), d, small(3), small(3), small(1), small(1), small(1));
        require('crypto').sign('sha256', Buffer.from('a'), { key, format: 'der', type: 'pkcs1' })`,
      ends: [...late, "threw"],
    },
    {
      name: "keys-too-long-for-tls",
      program: `${der} const tls = require('tls');
        const acts = [{ key: pem('RSA PRIVATE KEY', tagged(0x30, small(0), huge(80_000), small(3), huge(80_000))) }, { dhparam: pem('DH PARAMETERS', tagged(0x30, huge(60_000), small(2))) }, { pfx: Buffer.alloc(2 ** 21) }];
        module.exports = acts.map((options) => { try { tls.createSecureContext(options); return 'worked' } catch (error) { return error.code } })`,
      ends: ["returned"],
      answer: new Array(3).fill("ERR_OUT_OF_RANGE"),
    },
    {
      name: "contexts-without-end",
      program: "const all = []; for (;;) all.push(require('tls').createSecureContext({}))",
      limits: { cpuTimeLimitMs: 10_000, wallTimeLimitMs: 30_000 },
      ends: refused,
    },
    {
      name: "ends-without-end",
      program: `${own} const all = []; const secureContext = tls.createSecureContext({}); for (;;) all.push(new tls.TLSSocket(nowhere(), { isServer: true, secureContext }))`,
      limits: { cpuTimeLimitMs: 10_000, wallTimeLimitMs: 30_000 },
      ends: refused,
    },
    {
      name: "writes-that-wait",
      program: `${own} const bytes = Buffer.alloc(2 ** 23); for (let i = 0; i < 200; i++) tls.connect({ socket: nowhere() }).on('error', (error) => { throw error }).write(bytes); setTimeout(() => {}, 2000)`,
      limits: { cpuTimeLimitMs: 10_000, wallTimeLimitMs: 30_000 },
      ends: refused,
    },
    {
      name: "handshakes-without-end",
      program: `${own} const secureContext = tls.createSecureContext({}); (function again() { const socket = tls.connect({ socket: nowhere(), secureContext }); socket.on('error', () => {}); setImmediate(() => { socket.destroy(); again() }) })()`,
      ends: late,
    },
  ],
};
