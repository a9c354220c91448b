/** Why files of the suite fail, where that is known. */
export interface KnownReason {
  /** What begins the names of the files, after `test-`; or a whole name. */
  readonly files?: readonly string[];
  /** Found in the line that says how a file failed. */
  readonly cause?: RegExp;
  readonly reason: string;
}

/** Looked through in order; the first that fits a failed file is its reason. */
export const knownReasons: readonly KnownReason[] = [
  { files: ["node-output-eval"], reason: "`--use_strict` is a flag of V8's, which hold for a whole cell" },
  { files: ["runner-run.mjs"], reason: "it does not come to its end within two minutes, and nobody knows yet why" },
  { files: ["stdout-close-unref"], reason: "a standard input whose handle was closed beneath it tells of no error" },
  { files: ["webstorage"], reason: "the error of a full storage is printed as `DOMException [QuotaExceededError]`" },
  {
    files: ["whatwg-webstreams-transfer"],
    reason: "what the library marks for cloning by a private symbol is not cloned, and the stream that has it rejects",
  },
  {
    files: ["crypto-secure-heap"],
    reason: "the secure heap of OpenSSL is one of a whole cell: `--secure-heap` is refused",
  },
  {
    files: ["crypto-no-algorithm"],
    reason: "which providers OpenSSL has, and whether FIPS is one, is its host's affair",
  },
  { files: ["heapsnapshot-near-heap-limit"], reason: "snapshots of the heap are refused by name" },
  {
    cause: /heap_utils\.createHeapSnapshotStream is not implemented/,
    reason: "snapshots of the heap are refused by name",
  },
  { cause: /internal_only_v8\.queryObjects is not implemented/, reason: "`v8.queryObjects` is refused by name" },
  { cause: /v8\.startCpuProfile is not implemented/, reason: "profiles of the processor's time are refused by name" },
  {
    cause: /contextify\.measureMemory\.detailed is not implemented/,
    reason: "how much of the heap is which context's is not known: `vm.measureMemory` says so by name",
  },
  { files: ["v8-collect-gc-profile-in-worker"], reason: "a thread does not inherit its parent's `--expose-gc`" },
  { files: ["internal-util-construct-sab"], reason: "a guest has `SharedArrayBuffer`, whatever flags of V8 say" },
  { files: ["internal-process-binding"], reason: "`process.binding` is refused by name" },
  { files: ["memory-usage"], reason: "buffers of our side, and of Node's library, count with those of the program" },
  {
    files: ["performance-nodetiming"],
    reason: "a guest is made before its time begins: what Node dates then is at zero",
  },
  { files: ["v8-serdes"], reason: "handles of Node's library are ordinary objects, which a serializer writes as such" },
  {
    files: ["whatwg-webstreams-adapters-streambase"],
    reason: "what a stream of the library's own is handed is not the request that its writer waits for",
  },
  { files: ["vm-sigint"], reason: "a signal from another process waits until a script that computes has ended" },
  { files: ["unicode-node-options"], reason: "no guest may give another one `--expose-internals`" },
  { files: ["trace-env"], reason: "`--trace-env` is not there" },
  { files: ["trace-exit"], reason: "nothing is written for `--trace-exit`" },
  { files: ["module-loading-globalpaths"], reason: "a copy of Node's file starts no guest" },
  { files: ["require-symlink"], reason: "a thread that has options of its own is not told `NODE_PRESERVE_SYMLINKS`" },
  {
    files: ["promise-reject-callback-exception"],
    reason: "a stack that is full while a rejection is told: nothing is written of it",
  },
  {
    files: ["child-process-net-reuseport"],
    reason: "a port of a guest and its relatives is had once, `reusePort` or not",
  },
  { files: ["cli-node-options.js"], reason: "it starts more threads at once than a guest may have" },
  { files: ["cluster-worker-kill-signal"], reason: "the end of a killed child is told before that of its channel" },
  {
    files: ["node-output-vm"],
    reason: "of a stack within `node:vm` one recorded frame is ours, and not shown: with a limit of four, three are",
  },
  {
    files: ["runner-run-watch"],
    reason: "it starts many processes, and takes more than 20 seconds: with a minute it passes",
  },
  {
    files: ["tls-env-extra-ca-with-options"],
    reason: "TLS to another guest is the host's, which takes no PKCS#12 and no list of revoked certificates",
  },
  {
    files: ["http2-perf_hooks", "http2-pack-end-stream-flag"],
    reason: "sessions of HTTP/2 have no performance entries",
  },
  {
    files: ["async-hooks-http-agent", "async-hooks-http-parser-destroy"],
    reason:
      "`async_hooks` hear of parsers and sockets of HTTP that are used again otherwise than in Node (`asyncReset`)",
  },
  {
    files: ["async-hooks-close-during-destroy"],
    reason: "a guest that has nothing else to do ends without the `destroy` hooks that wait",
  },
  { files: ["async-hooks-top-level-clearimmediate"], reason: "standard streams are opened later than in Node" },
  {
    files: ["child-process-spawn-windows-batch-file", "child-process-spawnsync-shell", "error-reporting"],
    reason: "a shell, or a command of the system that could do harm",
  },
  {
    files: ["domain-throw-error-then-throw", "setproctitle", "stdin-from-file-spawn", "stdout-close-catch"],
    reason: "a shell, or a command of the system that could do harm",
  },
  {
    files: ["cli-bad-options", "cli-permission"],
    reason: "Node's permission model has a host's permissions in its place",
  },
  { files: ["dotenv-node-options"], reason: "Node's permission model has a host's permissions in its place" },
  { files: ["cli-node-print-help"], reason: "`node --help` is not there" },
  { files: ["security-revert"], reason: "`--security-revert` is not there" },
  { files: ["startup-large-pages"], reason: "`--use-largepages` is not there" },
  { files: ["max-old-space-size-percentage"], reason: "a guest's memory is what its host has said" },
  { files: ["sync-io-option"], reason: "`--trace-sync-io` is not there" },
  { files: ["dotenv"], reason: "`--env-file` is not there" },
  { files: ["disable-proto"], reason: "`--disable-proto` has no effect" },
  {
    files: ["eval-disallow-code-generation-from-strings", "experimental-shared-value-conveyor"],
    reason: "flags of V8 hold for a whole cell",
  },
  {
    files: ["async-wrap-pop-id-during-load", "node-output-v8-warning"],
    reason: "flags of V8 hold for a whole cell",
  },
  {
    files: ["domain-promise", "domain-vm-promise-isolation"],
    reason: "promises of other contexts of `vm` call no hooks",
  },
  { files: ["perf-hooks-worker-timeorigin"], reason: "a thread's clock begins with the thread" },
  { files: ["performance-nodetiming"], reason: "a guest's start is one moment: Node's milestones before it are at 0" },
  { files: ["process-threadCpuUsage-worker-threads"], reason: "asks for more memory than a file is given" },
  {
    files: ["throw-error-with-getter", "throw-undefined-or-null"],
    reason: "`--trace-uncaught` shows stacks of errors only",
  },
  { files: ["repl-sigint"], reason: "a signal does not interrupt a child that computes" },
  { files: ["diagnostics-channel-memory-leak"], reason: "`v8.queryObjects` is refused by name" },
  {
    files: ["child-process-stdio-reuse-readable-stdio"],
    reason: "a guest carries itself what goes from one child to another, and reads ahead",
  },
  {
    files: ["child-process-recv-handle", "net-listen-handle-in-cluster-2", "pending-deprecation"],
    reason: "a child is not started with `--expose-internals`",
  },
  {
    files: ["set-http-max-http-headers", "startup-empty-regexp-statics"],
    reason: "a child is not started with `--expose-internals`",
  },
  { files: ["ttywrap-invalid-fd"], reason: "a terminal is made of any descriptor" },
  { files: ["https-agent-unref-socket"], reason: "the handshake of TLS keeps a guest alive whose socket is not to" },
  { cause: /TLSWrap\.enablePskCallback is not implemented/, reason: "Pre-shared keys of TLS are not there" },
  { cause: /TLSWrap\.enableTrace is not implemented/, reason: "Traces of TLS are not there" },
  { files: ["tls-enable-trace"], reason: "Traces of TLS are not there" },
  {
    cause: /enableTicketKeyCallback is not a function/,
    reason: "the keys of tickets of TLS are not asked for by a callback",
  },
  {
    files: ["net-connect-options-fd", "net-server-listen-handle", "dgram-bind-fd", "dgram-create-socket-handle"],
    reason: "sockets of a guest have no descriptors",
  },
  {
    cause:
      /to send (?:SharedArrayBuffer|WebAssembly\.Module|such an object) to another thread|worker\.SHARE_ENV is not/,
    reason: "threads of a guest have no memory in common",
  },
  {
    files: ["worker-broadcastchannel-wpt"],
    reason: "ports hear in the order of their messages, where Node has all of one port come before those of the next",
  },
  {
    files: [
      "worker-message-port-transfer-filehandle",
      "worker-message-port-transfer-fake-js-transferable.js",
      "fs-promises-file-handle-read-worker",
    ],
    reason: "handles of files are not sent in messages: each thread has descriptors of its own",
  },
  {
    files: ["worker-message-port-transfer-native"],
    reason: "objects of bindings are ordinary objects, which are cloned without what lies behind them",
  },
  {
    files: ["worker-cpu-profile", "worker-heap-profile", "worker-heap-snapshot"],
    reason: "profiles and snapshots of threads are not there",
  },
  { cause: /createHeapSnapshotStream is not implemented/, reason: "heap snapshots are not there" },
  {
    files: ["worker-resource-limits", "worker-nearheaplimit-deadlock"],
    reason: "the heap of a thread is one of a few sizes, of 16 MiB and more, with no bounds of its parts",
  },
  { files: ["perf-hooks-worker-timeorigin"], reason: "the time of a thread begins with the thread" },
  { files: ["worker-track-unmanaged-fds"], reason: "each thread has descriptors of its own" },
  {
    files: ["worker-cli-options", "v8-collect-gc-profile-in-worker"],
    reason: "the flags of V8 that a test asks for are those of its own cell, not of those of its threads",
  },
  { files: ["worker-node-options"], reason: "`--trace-exit` traces nothing" },
  {
    files: ["worker-init-failure"],
    reason: "a shell, or a command of the system that could do harm",
  },
  {
    files: ["process-threadCpuUsage-worker-threads"],
    reason: "a guest and all of its threads may have no more memory than a guest without threads",
  },
  { files: ["worker-message-type-unknown"], reason: "a child guest is not given the library's inside" },
  { cause: /ERR_TRACE_EVENTS_UNAVAILABLE/, reason: "trace events are refused by name" },
  { cause: /ERR_INSPECTOR_NOT_AVAILABLE|Inspector is not available/, reason: "the inspector is refused by name" },
  { cause: /process\.binding/, reason: "`process.binding` is refused by name" },
  { cause: /a few harmless commands and no shell/, reason: "a shell, or a command of the system that could do harm" },
  { cause: /V8 flags cannot be changed/, reason: "flags of V8 hold for a whole cell" },
  { cause: /has standard input, output and error, and no other streams/, reason: "children have three streams" },
  {
    files: [
      "child-process-cwd",
      "child-process-exec-cwd",
      "child-process-pipe-dataflow",
      "child-process-prototype-tampering",
      "child-process-spawn-args",
      "child-process-spawnsync-args",
      "child-process-spawnsync.js",
    ],
    reason: "commands of the system see neither the files nor the directory of a test, which are in memory",
  },
  {
    files: ["child-process-send-keep-open"],
    reason: "what two guests write to one connection of theirs is in no order",
  },
  {
    files: [
      "child-process-fork-dgram",
      "cluster-child-index-dgram",
      "cluster-dgram",
      "cluster-disconnect-unshared-udp",
      "dgram-cluster",
      "dgram-unref-in-cluster",
    ],
    reason: "sockets of UDP are not sent to other guests",
  },
  { files: ["cluster-http-pipe"], reason: "a Unix socket of a guest is not there for other guests" },
  { files: ["cluster-net-reuseport"], reason: "a port is one listener's" },
  {
    files: ["child-process-detached", "child-process-fork-detached"],
    reason: "no guest outlives the one that has started it",
  },
  { files: ["child-process-fork-exec-path"], reason: "a copy of Node's file starts no guest" },
  { files: ["process-dlopen"], reason: "native addons are refused by name" },
  { files: ["process-env-tz"], reason: "a guest's time zone does not change while it runs" },
  { files: ["process-euid-egid", "process-uid-gid"], reason: "a guest becomes no other user" },
  { files: ["process-execpath"], reason: "a link to Node's file starts no guest" },
  { files: ["process-execve"], reason: "a guest cannot be replaced by a program" },
  { files: ["process-finalization"], reason: "flags of V8 hold for a whole cell" },
  { files: ["sqlite.js"], reason: "SQLite's build for WebAssembly is without `fts3`, `fts4`, `rbu` and `geopoly`" },
  { files: ["debugger", "inspector"], reason: "the inspector is refused by name" },
  { files: ["eslint"], reason: "tests the tools of Node's own repository" },
  { files: ["snapshot"], reason: "start-up snapshots of one's own are not there" },
  { files: ["compile-cache"], reason: "the compile cache is the host's own" },
  { files: ["shadow-realm"], reason: "ShadowRealm is not there" },
  { files: ["permission"], reason: "Node's permission model has a host's permissions in its place" },
  { files: ["trace-events"], reason: "trace events are refused by name" },
  { files: ["sea", "single-executable"], reason: "single executables are not there" },
  { files: ["dgram-exclusive-implicit-bind"], reason: "datagrams reach sockets of the same guest only" },
  {
    files: ["dgram-send-queue-info"],
    reason: "a datagram within a guest is sent at once: none waits, whatever `--test-udp-no-try-send` says",
  },
  {
    files: ["net-reuseport", "cluster-net-reuseport"],
    reason: "a port is one server's: it cannot be shared (`reusePort`)",
  },
  { files: ["net-listen-exclusive-random-ports"], reason: "guests have ports of their own, which may be the same" },
  {
    files: ["fastutf8stream-flush-sync"],
    reason: "what is written asynchronously is written when the program lets go, and not beside what it does meanwhile",
  },
  { files: ["http2-padding-aligned"], reason: "frames of HTTP/2 are handed to a stream in other pieces" },
  {
    files: ["http2-debug"],
    reason: "Node's native side writes no notes for debugging (`NODE_DEBUG_NATIVE`): there is none",
  },
  { files: ["http2-respond-file-error-pipe-offset"], reason: "a pipe that has a name (`mkfifo`) cannot be made" },
  {
    files: ["http2-ping-settings-heapdump"],
    reason: "settings that a session has not sent when it is destroyed are told of",
  },
  {
    files: ["h2-large-header"],
    reason: "a header that fits into no frame does not end its stream with FRAME_SIZE_ERROR",
  },
  { files: ["http-agent-reuse-drained-socket-only"], reason: "reports of a process tell nothing of its handles" },
  { files: ["tls-wrap-no-abort"], reason: "a handle of TLS is made of a connection, and not of nothing" },
  { files: ["tls-error-stack"], reason: "engines of OpenSSL are refused by name" },
  { files: ["tracing-no-crash"], reason: "trace events are refused by name" },
  {
    files: ["tls-ticket.js"],
    reason: "sessions are told of when all that came with them has been read: the newest may be a later one",
  },
  { files: ["fs-readdir-ucs2"], reason: "names of files are text, of which UTF-8 can write all" },
  {
    files: ["fs-existssync-memleak-longpath"],
    reason: "objects of a heap are not counted by their class (`queryObjects`)",
  },
  {
    files: ["fs-filehandle.js", "fs-promises-file-handle-close"],
    reason: "files that nobody holds any more are closed when the program ends, without a warning",
  },
  { files: ["fs-promises-file-handle-read-worker"], reason: "open files are not sent to other threads" },
  { files: ["fs-write-sigxfsz"], reason: "a shell, and limits of its processes" },
  {
    files: ["blob-file-backed"],
    reason: "blobs of files are read when they are opened: what the file becomes later is not theirs",
  },
  { files: ["bash-completion"], reason: "words for a shell to complete (`--completion-bash`) are not told" },
  { files: ["cppheap-stats"], reason: "there is no heap of C++ in a guest" },
  { files: ["datetime-change-notify"], reason: "a guest's time zone does not change while it runs" },
  { files: ["hash-seed"], reason: "guests are copies of one prepared heap, whose tables have one seed" },
  {
    files: ["gc-http-client", "http-client-leaky", "http-server-keepalive-req-gc", "h2leak-destroy-session"],
    reason: "the request or session whose collection it waits for is held longer than in Node",
  },
];
