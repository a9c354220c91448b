import { randomBytes } from "node:crypto";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { types } from "node:util";
import { encodeInert, type SystemCallResult, systemCallTable, WINDOW_BYTES } from "@vivarium/core";
import { urlComponents } from "./url-components.ts";

type Call = (request: number, input: number | Uint8Array, ...args: never[]) => SystemCallResult;
type Handler = (input: Uint8Array, ...args: never[]) => SystemCallResult;

/** `[true, []]`: an answer without names. */
const NO_NAMES = encoded([true, []]);

const ENOENT = -2;
const ENOSYS = -38;
const EBADF = -9;
const EINVAL = -22;
const ECANCELED = -125;
const ECONNREFUSED = -111;
const EAI_NONAME = -3008;
const S_IFREG = 0o100644;
const S_IFDIR = 0o040755;

export interface TestKernelOptions {
  /** Text files by absolute path. */
  readonly files: Readonly<Record<string, string>>;
  readonly stdin: string;
  readonly library: Readonly<Record<string, string>>;
}

/** The smallest kernel that a guest runs over: files in a record, output in strings, no permissions. */
export interface TestKernel {
  readonly window: Uint8Array<SharedArrayBuffer>;
  readonly calls: Readonly<Record<string, Call | (() => unknown)>>;
  readonly output: { stdout: string; stderr: string; exports: Uint8Array | undefined; refused: string | undefined };
  /** Set once the guest has called `process.exit`. */
  exitCode: number | undefined;
  /** Answers of asynchronous calls that are to be delivered. */
  readonly answers: (() => readonly [number, SystemCallResult, string | undefined])[];
  /** Requests for the next connection of a listener, by listener: nobody outside connects. */
  readonly accepting: Map<number, number>;
}

export function createTestKernel(options: TestKernelOptions): TestKernel {
  const window = new Uint8Array(new SharedArrayBuffer(WINDOW_BYTES));
  const record = new Float64Array(window.buffer);
  let payload: Uint8Array | undefined;
  let reason: string | undefined;
  const kernel: TestKernel = {
    window,
    calls: {},
    output: { stdout: "", stderr: "", exports: undefined, refused: undefined },
    exitCode: undefined,
    answers: [],
    accepting: new Map(),
  };
  const give = (bytes: Uint8Array): number => {
    if (bytes.length > window.length) payload = Uint8Array.from(bytes);
    else window.set(bytes);
    return bytes.length;
  };
  const giveUrl = (url: URL | null): SystemCallResult => {
    if (url === null) return undefined;
    record.set(urlComponents(url));
    return url.href;
  };
  const handlers = {
    ...fileHandlers(options, kernel, record, give),
    ...algorithmHandlers(giveUrl, (text) => {
      reason = text;
    }),
    ...processHandlers(options, kernel, give),
    ...networkHandlers(kernel),
  } as Readonly<Record<string, Handler | undefined>>;
  const calls: Record<string, Call | (() => unknown)> = {
    fetchPayload: () => payload,
    failureReason: () => reason,
  };
  for (const name of Object.keys(systemCallTable)) {
    calls[name] = (request, input, ...args) => {
      reason = undefined;
      const bytes = typeof input === "number" ? window.slice(0, input) : input;
      const serve = () => (handlers[name] ?? (() => ENOSYS))(bytes, ...args);
      if (request === 0) return serve();
      if (name === "net.accept") kernel.accepting.set(Number(args[0]), request);
      else kernel.answers.push(() => [request, serve(), reason]);
      return undefined;
    };
  }
  return Object.assign(kernel, { calls });
}

function fileHandlers(
  { files, stdin }: TestKernelOptions,
  kernel: TestKernel,
  record: Float64Array,
  give: (bytes: Uint8Array) => number,
): object {
  const encoder = new TextEncoder();
  const input = encoder.encode(stdin);
  const open = new Map<number, { readonly bytes: Uint8Array; at: number }>([[0, { bytes: input, at: 0 }]]);
  let lastDescriptor = 2;
  const kindOf = (path: string): 0 | 1 | 2 => {
    if (Object.hasOwn(files, path)) return 0;
    const folder = path.endsWith("/") ? path : `${path}/`;
    return Object.keys(files).some((file) => file.startsWith(folder)) ? 1 : 2;
  };
  const describe = (mode: number, size: number): number => {
    record.fill(0, 0, 18);
    record[1] = mode;
    record[8] = size;
    return 0;
  };
  return {
    "fs.moduleStat": (_: Uint8Array, path: string) => kindOf(path),
    "fs.exists": (_: Uint8Array, path: string) => (kindOf(path) === 2 ? 0 : 1),
    "fs.handleType": () => 1,
    "fs.stat": (_: Uint8Array, path: string) => {
      const kind = kindOf(path);
      if (kind === 2) return ENOENT;
      return describe(kind === 0 ? S_IFREG : S_IFDIR, files[path]?.length ?? 0);
    },
    "fs.fstat": (_: Uint8Array, fd: number) => describe(S_IFREG, open.get(fd)?.bytes.length ?? 0),
    "fs.open": (_: Uint8Array, path: string) => {
      if (kindOf(path) !== 0) return ENOENT;
      lastDescriptor += 1;
      open.set(lastDescriptor, { bytes: encoder.encode(files[path]), at: 0 });
      return lastDescriptor;
    },
    "fs.close": (_: Uint8Array, fd: number) => (open.delete(fd) ? 0 : EINVAL),
    "fs.readFile": (_: Uint8Array, path: string) => (kindOf(path) === 0 ? give(encoder.encode(files[path])) : ENOENT),
    "fs.realpath": (_: Uint8Array, path: string) => path,
    "fs.readRest": (_: Uint8Array, fd: number) => {
      const file = open.get(fd);
      if (file === undefined) return EINVAL;
      const rest = file.bytes.subarray(file.at);
      file.at = file.bytes.length;
      return give(rest);
    },
    "fs.read": (_: Uint8Array, fd: number, length: number) => {
      const file = open.get(fd);
      if (file === undefined) return EINVAL;
      const chunk = file.bytes.subarray(file.at, file.at + length);
      file.at += chunk.length;
      return give(chunk);
    },
    "fs.write": (bytes: Uint8Array, fd: number) => {
      if (fd === 1) kernel.output.stdout += Buffer.from(bytes).toString();
      else if (fd === 2) kernel.output.stderr += Buffer.from(bytes).toString();
      else return EBADF;
      return bytes.length;
    },
  };
}

const SETTABLE = [
  "protocol",
  "host",
  "hostname",
  "port",
  "username",
  "password",
  "pathname",
  "search",
  "hash",
] as const;

function algorithmHandlers(giveUrl: (url: URL | null) => SystemCallResult, explain: (reason: string) => void): object {
  const { domainToASCII, domainToUnicode } = createRequire(import.meta.url)("node:url");
  return {
    "url.parse": (_: Uint8Array, text: string, base: string, hasBase: boolean) =>
      giveUrl(hasBase ? URL.parse(text, base) : URL.parse(text)),
    "url.update": (_: Uint8Array, href: string, action: number, value: string) => {
      const name = SETTABLE[action];
      if (name === undefined) return giveUrl(URL.parse(value));
      const url = new URL(href);
      url[name] = value;
      return giveUrl(url);
    },
    "url.domainToASCII": (_: Uint8Array, domain: string) => domainToASCII(domain),
    "url.domainToUnicode": (_: Uint8Array, domain: string) => domainToUnicode(domain),
    "typescript.strip": (_: Uint8Array, source: string) => {
      try {
        return stripTypeScriptTypes(source);
      } catch (error) {
        const { code, message } = error as Error & { readonly code: string };
        explain(`${code} 1 ${message.length} ${message}`);
        return EINVAL;
      }
    },
  };
}

function processHandlers(
  { library }: TestKernelOptions,
  kernel: TestKernel,
  give: (bytes: Uint8Array) => number,
): object {
  const origin = performance.now();
  return {
    "library.source": (_: Uint8Array, id: string) => library[id] ?? ENOENT,
    "library.code": () => 0,
    "library.keep": () => ENOSYS,
    "clock.now": () => performance.now() - origin,
    "loop.drain": () => 0,
    "loop.waiters": () => 100_000,
    "clock.epoch": () => performance.timeOrigin + performance.now(),
    "clock.isFrozen": () => 0,
    "random.bytes": (_: Uint8Array, length: number) => give(randomBytes(length)),
    // Of cryptography, nothing is there: the lists of it are empty.
    "crypto.call": (_: Uint8Array, _object: number, name: string) => (name.startsWith("get") ? give(NO_NAMES) : ENOSYS),
    "process.cwd": () => "/w",
    "process.umask": () => 0o022,
    "process.setEnv": (_: Uint8Array, key: string) => (key === "DENIED" ? -13 : 0),
    "process.deleteEnv": (_: Uint8Array, key: string) => (key === "KEPT" ? -13 : 0),
    "process.cpuUsage": () => 0,
    "process.memoryUsage": () => 0,
    "process.exit": (_: Uint8Array, code: number) => {
      kernel.exitCode = code;
      return 0;
    },
    "result.exports": (bytes: Uint8Array) => {
      kernel.output.exports = Buffer.concat([kernel.output.exports ?? new Uint8Array(0), bytes]);
      return 0;
    },
    "result.refuse": (_: Uint8Array, _kind: string, message: string) => {
      kernel.output.refused = message;
      return 0;
    },
    "result.threw": () => 0,
  };
}

/** A network with nobody in it: listeners are there, and every connection is refused. */
function networkHandlers(kernel: TestKernel): object {
  let lastPort = 40_000;
  return {
    "net.listen": (_: Uint8Array, _address: string, port: number) => {
      lastPort += 1;
      return port === 0 ? lastPort : port;
    },
    "net.addresses": (_: Uint8Array, listener: number) =>
      JSON.stringify({ local: { address: "::", family: "IPv6", port: listener } }),
    "stream.close": (_: Uint8Array, listener: number) => {
      const request = kernel.accepting.get(listener);
      kernel.accepting.delete(listener);
      if (request !== undefined) kernel.answers.push(() => [request, ECANCELED, undefined]);
      return 0;
    },
    "net.lookup": (_: Uint8Array, hostname: string) => (hostname === "localhost" ? "127.0.0.1" : EAI_NONAME),
    "net.connect": () => ECONNREFUSED,
  };
}

function encoded(value: unknown): Uint8Array {
  const result = encodeInert(value, { predicates: types, limitBytes: 1_000 });
  if (result.kind !== "encoded") throw new Error(result.message);
  return result.bytes;
}
