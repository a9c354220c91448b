/**
 * The system calls: the only way out of a guest.
 *
 * This table is the contract between `guest-node` (which calls) and `kernel` (which serves): names, the kinds of the
 * arguments, whether bytes go in, and what comes back. The kernel validates every argument against it; the guest's
 * typed wrappers come from it. How a call crosses is told in `system-call-protocol.ts`.
 */

/**
 * `path`: a non-empty string without NUL. `string`: of at most 64 Mi characters, 1 Mi where the host serves the call; a
 * longer one is `EINVAL`, whatever else the call answers. `integer`: a safe integer. `number`: finite.
 */
export type ParameterKind = "path" | "string" | "integer" | "number" | "boolean";

/**
 * - `status`: 0.
 * - `number`: a number ≥ 0 (a descriptor, a count).
 * - `bytes`: the length of the payload.
 * - `string`: a string; `optional-string`: a string or `undefined`.
 * - `record`: 0, and a fixed number of float64 values at the start of the window.
 */
export type ResultKind = "status" | "number" | "bytes" | "string" | "optional-string" | "record";

/** What one system call takes and gives, and where it is served. */
export interface SystemCallShape {
  /** `host`: needs the host's authority, served where the system driver lives. `cell`: served beside the guest. */
  readonly place: "host" | "cell";
  readonly parameters: readonly ParameterKind[];
  /** Whether the caller hands over bytes. */
  readonly input: boolean;
  readonly result: ResultKind;
}

// A bundle that reads no entry is to be without them.
/* @__NO_SIDE_EFFECTS__ */
const call = <
  const Parameters extends readonly ParameterKind[],
  const Result extends ResultKind,
  const Place extends "host" | "cell",
  const Input extends boolean = false,
>(
  place: Place,
  parameters: Parameters,
  result: Result,
  input?: Input,
): { place: Place; parameters: Parameters; input: Input; result: Result } => ({
  place,
  parameters,
  input: (input ?? false) as Input,
  result,
});

const withInput = true;

/** Every system call: the only ways out of a guest. */
export const systemCallTable = {
  // Files. Flags and modes are the numbers of `fs.constants` on Linux; times are milliseconds since the epoch.
  /** (path, mode) */
  "fs.access": call("host", ["path", "integer"], "status"),
  /** (path) → 1 or 0; never fails. */
  "fs.exists": call("host", ["string"], "number"),
  /** (path, follow) → {@link statRecord} */
  "fs.stat": call("host", ["path", "boolean"], "record"),
  /** (fd) → {@link statRecord} */
  "fs.fstat": call("host", ["integer"], "record"),
  /** (path) → type, bsize, blocks, bfree, bavail, files, ffree */
  "fs.statfs": call("host", ["path"], "record"),
  /** (path, flags, mode) → descriptor */
  "fs.open": call("host", ["path", "integer", "integer"], "number"),
  "fs.close": call("host", ["integer"], "status"),
  /** (fd, length, position; -1: the current one) → bytes read */
  "fs.read": call("host", ["integer", "integer", "number"], "bytes"),
  /** (fd, position; -1: the current one) + bytes → bytes written */
  "fs.write": call("host", ["integer", "number"], "number", withInput),
  /** (path, flags) → the whole file */
  "fs.readFile": call("host", ["path", "integer"], "bytes"),
  /** (fd) → the rest of an open file, from the current position */
  "fs.readRest": call("host", ["integer"], "bytes"),
  /** (path, flags, mode) + bytes */
  "fs.writeFile": call("host", ["path", "integer", "integer"], "status", withInput),
  /** (path) → entries, each a type digit (`UV_DIRENT_*`) and the name, joined by NUL; sorted by name */
  "fs.readdir": call("host", ["path"], "string"),
  /** (fd) → the entries of an open directory, as `fs.readdir` tells them; none when it has been removed */
  "fs.freaddir": call("host", ["integer"], "string"),
  /** (path, mode, recursive) → the first directory created when recursive, else "" */
  "fs.mkdir": call("host", ["path", "integer", "boolean"], "string"),
  /** (prefix) → path */
  "fs.mkdtemp": call("host", ["path"], "string"),
  "fs.rmdir": call("host", ["path"], "status"),
  "fs.unlink": call("host", ["path"], "status"),
  /** (from, to) */
  "fs.rename": call("host", ["path", "path"], "status"),
  /** (existing, path) */
  "fs.link": call("host", ["path", "path"], "status"),
  /** (target, path) */
  "fs.symlink": call("host", ["path", "path"], "status"),
  /** (path, mode) Makes the name of a Unix socket. */
  "fs.createSocket": call("host", ["path", "integer"], "status"),
  "fs.readlink": call("host", ["path"], "string"),
  "fs.realpath": call("host", ["path"], "string"),
  /** (from, to, flags: `COPYFILE_EXCL` = 1) */
  "fs.copyFile": call("host", ["path", "path", "integer"], "status"),
  /** (path, mode) */
  "fs.chmod": call("host", ["path", "integer"], "status"),
  "fs.fchmod": call("host", ["integer", "integer"], "status"),
  /** (path, uid, gid, follow) */
  "fs.chown": call("host", ["path", "integer", "integer", "boolean"], "status"),
  "fs.fchown": call("host", ["integer", "integer", "integer"], "status"),
  /** (path, atimeMs, mtimeMs, follow) */
  "fs.utimes": call("host", ["path", "number", "number", "boolean"], "status"),
  "fs.futimes": call("host", ["integer", "number", "number"], "status"),
  /** (fd, size) */
  "fs.ftruncate": call("host", ["integer", "integer"], "status"),
  "fs.fsync": call("host", ["integer"], "status"),
  /** (path) → 0 file, 1 directory, 2 neither or missing or denied: the module loaders' probe; never fails. */
  "fs.moduleStat": call("host", ["string"], "number"),
  /** (fd) → what a descriptor is: 0 `FILE`, 1 `PIPE`, 2 `TTY`, 3 `UNKNOWN`, 4 `INVALID` */
  "fs.handleType": call("host", ["integer"], "number"),
  /**
   * (path) → a stream of what changes in a file or a directory, to be read until it is closed: of each change `r` (a name has
   * come or gone) or `c`, the name, and NUL
   */
  "fs.watch": call("host", ["path"], "number"),
  /**
   * (path, place, isExclusive) → number of a lock of this guest's on a place of a file (0 to 255, whatever those mean to who asks),
   * until it gives it back or ends; `EAGAIN` while a lock of another guest's, on the same filesystem, excludes it. Locks are
   * between those who ask: they keep nobody from the file. A shared lock of 30 s is lost to a guest of another run that wants the
   * place for itself; `EIO` to whoever has lost one on this file and not given it back.
   */
  "lock.take": call("host", ["path", "integer", "boolean"], "number"),
  /** (number) */
  "lock.release": call("host", ["integer"], "status"),

  /** (path of a directory of packages) → it and some beneath it, as `PackageTree` tells them, encoded by the kernel */
  "packages.directories": call("host", ["path"], "bytes"),
  /** (path of a file in packages, whether it is a module) → code cache of its source; 0 bytes where there is none */
  "packages.code": call("host", ["path", "boolean"], "bytes"),
  /** (path of such a file) → what the host has of that for the package that it is in, for the cell */
  "packages.codes": call("host", ["path"], "bytes"),
  /** () + keys of sources that the cell has had to compile, joined by NUL */
  "packages.wantCode": call("host", [], "status", withInput),

  // The process.
  "process.cwd": call("host", [], "string"),
  "process.chdir": call("host", ["path"], "string"),
  /** (mask; -1: only ask) → the old mask */
  "process.umask": call("host", ["integer"], "number"),
  /** (key, value) */
  "process.setEnv": call("host", ["string", "string"], "status"),
  "process.deleteEnv": call("host", ["string"], "status"),
  /** (code): the guest ends; nothing is served after it. */
  "process.exit": call("cell", ["integer"], "status"),
  /** → user and system microseconds */
  "process.cpuUsage": call("cell", [], "record"),
  /** → rss, heapTotal, heapUsed, external, arrayBuffers; bytes */
  "process.memoryUsage": call("cell", [], "record"),

  // Clocks.
  /** → milliseconds since the guest's time origin, with fractions */
  "clock.now": call("cell", [], "number"),
  /** → milliseconds since the epoch, with fractions */
  "clock.epoch": call("cell", [], "number"),
  /** → 1 when the clocks stand still, else 0 */
  "clock.isFrozen": call("cell", [], "number"),
  /** (milliseconds): blocks the guest, and its deadlines run on */
  "clock.sleep": call("cell", ["number"], "status"),
  /** () — asks that tasks which V8 has put off are run before the next entry into the guest. */
  "loop.drain": call("cell", [], "status"),
  /** (count): so many timers, immediates and handles wait → how many may; a guest with more is ended. */
  "loop.waiters": call("cell", ["integer"], "number"),

  // Node's library, as the cell's own Node carries it.
  /** (id) → source */
  "library.source": call("cell", ["string"], "string"),
  /** (id) → code cache of that source; 0 bytes when there is none */
  "library.code": call("cell", ["string"], "bytes"),
  /** (id) + code cache: heeded only of the guest with which a cell prepares itself, never of one that runs a program */
  "library.keep": call("cell", ["string"], "status", withInput),

  /** (name) → a file that the library needs and few programs do, as the guest's package carries it: `sqlite3.wasm` */
  "library.file": call("host", ["string"], "bytes"),

  // Algorithms that the cell's Node has and an isolate has not. They use no authority.
  /** (input, base; "" when there is none, hasBase) → href, with its nine components as float64 in the window */
  "url.parse": call("cell", ["string", "string", "boolean"], "optional-string"),
  /** (href, action, value) → as `url.parse`. Actions in the order of Node's `url` binding. */
  "url.update": call("cell", ["string", "integer", "string"], "optional-string"),
  /** (href, fragment, unicode, search, auth) */
  "url.format": call("cell", ["string", "boolean", "boolean", "boolean", "boolean"], "string"),
  "url.domainToASCII": call("cell", ["string"], "string"),
  "url.domainToUnicode": call("cell", ["string"], "string"),
  /** (length; at most {@link WINDOW_BYTES}) → as many random bytes, good enough for keys */
  "random.bytes": call("cell", ["integer"], "bytes"),
  /** (encoding, fatal, ignoreBOM) → decoder, or -1 when the encoding is unknown */
  "text.openDecoder": call("cell", ["string", "boolean", "boolean"], "number"),
  /** (decoder, stream) + bytes → text; `EILSEQ` when fatal and malformed */
  "text.decode": call("cell", ["integer", "boolean"], "string", withInput),
  /** (from, to) + bytes → bytes; `EILSEQ` where they are malformed, `EINVAL` where there is no such encoding */
  "text.transcode": call("cell", ["string", "string"], "bytes", withInput),
  /**
   * (source, mode: "strip" | "transform" | "transform-map", filename) → JavaScript, for the last with its length and a
   * blank before it and the source map, as JSON, behind it; `EINVAL` with the message as reason
   */
  "typescript.strip": call("cell", ["string", "string", "string"], "string"),

  // Cryptography, by the crypto of the cell's Node. Objects of it are known by their numbers, in operands and results, too.
  /**
   * (object; 0: none, operation) + the array of its operands, in the inert codec → `[true, result]`, or `[false, failure]`.
   * Operations are methods of the object's class in Node's `crypto` binding, functions of the binding, `new` and a class of
   * it (its `init` included), or a job, which is done at once.
   */
  "crypto.call": call("cell", ["integer", "string"], "bytes", withInput),
  /** (a job that was made by `new`) → as `crypto.call`; where the cell has a thread for it, the guest goes on meanwhile */
  "crypto.job": call("cell", ["integer"], "bytes"),
  /** (object) + bytes: they are digested, or signed → 1, or 0 when that failed */
  "crypto.update": call("cell", ["integer"], "number", withInput),
  /** (object); idempotent */
  "crypto.close": call("cell", ["integer"], "status"),
  /** (name of a digest) + up to 4096 bytes → their digest; `EINVAL` for a digest that is not among a few, with more bytes or where there is none */
  "crypto.digest": call("cell", ["string"], "bytes", withInput),

  // Compression, by the cell's zlib, brotli and zstd. Streams are known by their numbers.
  /** (engine: a class of Node's `zlib` binding, mode) + the array of what it begins with, in the inert codec → stream */
  "zlib.open": call("cell", ["string", "integer"], "number", withInput),
  /**
   * (stream, flush, room) + the next input → how much of the room and of the input is left, as two uint32, and the output.
   * Up to {@link WINDOW_BYTES} of input, and less 8 of room. A failure of the algorithm is `EINVAL`, with its errno, its
   * code and its message, parted by NUL, as the reason.
   */
  "zlib.write": call("cell", ["integer", "integer", "integer"], "bytes", withInput),
  /** (stream, level, strategy); fails as `zlib.write` */
  "zlib.params": call("cell", ["integer", "integer", "integer"], "status"),
  /** (stream); fails as `zlib.write` */
  "zlib.reset": call("cell", ["integer"], "status"),
  /** (stream); idempotent */
  "zlib.close": call("cell", ["integer"], "status"),
  /** (seed) + bytes → their CRC-32 */
  "zlib.crc32": call("cell", ["integer"], "number", withInput),

  /** + the exports, in the inert codec, or the next piece of them: what `run` gives back */
  "result.exports": call("cell", [], "status", withInput),
  /** (kind: "unexportable" | "result-limit", message): why there are none */
  "result.refuse": call("cell", ["string", "string"], "status"),
  /** (message, stack): the uncaught error that ends the program; an empty stack: it has none */
  "result.threw": call("cell", ["string", "string"], "status"),

  // Modules of the host. Payloads are those of `module-answers.ts`.
  /** (module: its number) → what it is made of: {@link ModuleListing}, in the inert codec */
  "module.open": call("host", ["integer"], "bytes"),
  /** (module, function: their numbers, takesPromise) + the array of arguments, in the inert codec → what it came to */
  "module.call": call("host", ["integer", "integer", "boolean"], "bytes", withInput),
  /** (promise) → what it settled to */
  "module.await": call("host", ["integer"], "bytes"),
  /** (iterable, isReturn: that no more is wanted) → its next value, or its end */
  "module.next": call("host", ["integer", "boolean"], "bytes"),

  // Byte streams of the host, by their numbers: sockets, and ends of the pipes of children.
  /** (stream, length) → up to so many bytes; none: the end. One read at a time, else `EBUSY`. Waits. */
  "stream.read": call("host", ["integer", "integer"], "bytes"),
  /**
   * (stream, length, bytes that have been read) → as `stream.read`, in the place of one that is under way, which fails with
   * `EINTR`; what its answer has brought already comes once more. Of a channel to another guest alone, else `EBADF`. Waits.
   */
  "stream.readPast": call("host", ["integer", "integer", "integer"], "bytes"),
  /** (stream) + bytes; answered when they have been taken, in the order of the calls. Waits. */
  "stream.write": call("host", ["integer"], "status", withInput),
  /** (stream): no more is written, once what came before has been taken. Waits. */
  "stream.shutdown": call("host", ["integer"], "status"),
  /** (stream or listener): what waits for it fails with `ECANCELED`. Idempotent. */
  "stream.close": call("host", ["integer"], "status"),
  /**
   * (channel to another guest, a note of at most 1,024 characters) → stream: one end of a new one, of which the other guest may
   * take the other end. Such a stream is a channel itself. `ECONNRESET`: nobody is there any more; `ENOBUFS`: too many wait.
   */
  "stream.give": call("host", ["integer", "string"], "number"),
  /**
   * (channel) → {@link GivenStreamData} as JSON: what was given first; "": nothing is there. `EMFILE`: there was no room for
   * it, and it is closed.
   */
  "stream.take": call("host", ["integer"], "string"),

  // The network.
  /** (hostname, family: 0, 4 or 6, forConnect) → addresses, joined by NUL. For a connection there is always one. */
  "net.lookup": call("host", ["string", "integer", "boolean"], "string"),
  /** (address, port, secure: "" or as JSON the options of `net.secure`) → stream */
  "net.connect": call("host", ["string", "integer", "string"], "number"),
  /**
   * (stream, bytes of it that were taken as plain, {@link SecureOptions} as JSON) → {@link SecureSession} as JSON. TLS ends in the
   * host: what is written from here on is plain.
   */
  "net.secure": call("host", ["integer", "integer", "string"], "string"),
  /** (path of a Unix socket) → stream */
  "net.connectPath": call("host", ["path"], "number"),
  /** (stream or listener) → {@link StreamAddresses} as JSON */
  "net.addresses": call("host", ["integer"], "string"),
  /** (address, port; 0: any, backlog, of `::` only what comes over IPv6) → listener */
  "net.listen": call("host", ["string", "integer", "integer", "boolean"], "number"),
  /** (listener) → stream. One at a time, else `EBUSY`. Waits. */
  "net.accept": call("host", ["integer"], "number"),
  /** (type, such as `MX`; name) → {@link DnsAnswer} as JSON */
  "dns.query": call("host", ["string", "string"], "string"),

  // Child processes.
  /** ({@link ChildWish} as JSON) → {@link ChildStart} as JSON */
  "child.spawn": call("host", ["string"], "string"),
  /** (child) → {@link ChildEnd} as JSON, once it has ended; what it has written may not have been read yet. Once. Waits. */
  "child.wait": call("host", ["integer"], "string"),
  /** (child, a signal's number; 0: only whether it is there) */
  "child.kill": call("host", ["integer", "integer"], "status"),
  /** () → the number of the next thread of the guest: no two of one guest and its threads have the same. */
  "child.threadId": call("host", [], "number"),
  /** ({@link ChildWish} as JSON) + its input → {@link ChildRun} and its outputs. Waits until it has ended. */
  "child.run": call("host", ["string"], "bytes", withInput),

  // Signals, of a guest that another one has started.
  /** (a signal's number, isHeard: whether it listens to it from here on) */
  "signal.listen": call("host", ["integer", "boolean"], "status"),
  /** () → the next signal that it listens to. One at a time, else `EBUSY`. Waits. */
  "signal.next": call("host", [], "number"),
  /** (a signal's number): the guest is about to end as if by that */
  "signal.raise": call("host", ["integer"], "status"),

  // What comes of calls that the host makes into a guest.
  /** () — the program has been evaluated: its exports can be called. */
  "program.loaded": call("cell", [], "status"),
  /** (invocation) + a piece of what it returned, in the inert codec, which is not the last */
  "invocation.value": call("cell", ["integer"], "status", withInput),
  /** (invocation, kind: {@link invocationKinds}, message) + the last piece of what it returned or threw: it is over */
  "invocation.end": call("cell", ["integer", "string", "string"], "status", withInput),
} as const satisfies Record<string, SystemCallShape>;

/** How a call into a guest may end, as the guest sees it. */
export const invocationKinds = [
  "returned",
  "threw",
  "no-function",
  "unexportable",
  "result-limit",
  /** It returned an async iterable, whose number is its value. */
  "iterable",
  /** An iteration is over, with its value. */
  "done",
] as const;

/** What of a guest the host may call, in the order of their numbers: see `InvocationTarget`. */
export const invocationTargets = ["export", "function", "next", "return", "release", "request"] as const;

/** The name of a system call, such as `fs.open`. */
export type SystemCallName = keyof typeof systemCallTable;

/** Fields of a stat record, in order; each a float64. */
export const statRecord = [
  "dev",
  "mode",
  "nlink",
  "uid",
  "gid",
  "rdev",
  "blksize",
  "ino",
  "size",
  "blocks",
  "atimeSec",
  "atimeNsec",
  "mtimeSec",
  "mtimeNsec",
  "ctimeSec",
  "ctimeNsec",
  "birthtimeSec",
  "birthtimeNsec",
] as const;
