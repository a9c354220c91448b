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
  {
    files: ["http2-perf_hooks", "http2-pack-end-stream-flag"],
    reason: "sessions of HTTP/2 have no performance entries",
  },
  { cause: /TLSWrap\.enablePskCallback is not implemented/, reason: "Pre-shared keys of TLS are not there" },
  { cause: /TLSWrap\.enableTrace is not implemented/, reason: "Traces of TLS are not there" },
  { files: ["tls-enable-trace"], reason: "Traces of TLS are not there" },
  {
    cause: /enableTicketKeyCallback is not a function/,
    reason: "the keys of tickets of TLS are not asked for by a callback",
  },
  {
    files: [
      "tls-env-extra-ca.js",
      "tls-env-extra-ca-with-options",
      "tls-ticket-cluster",
      "https-agent-unref-socket",
      "net-child-process-connect-reset",
    ],
    reason: "a guest's servers are not there for other guests",
  },
  {
    files: ["net-connect-options-fd", "net-server-listen-handle"],
    reason: "sockets of a guest have no descriptors",
  },
  {
    files: ["http-localaddress", "https-localaddress"],
    reason: "connections within a guest come from no address of its choice",
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
    files: [
      "child-process-fork-closed-channel-segfault",
      "child-process-fork-getconnections",
      "child-process-fork-net",
      "child-process-http-socket-leak",
      "child-process-recv-handle",
      "child-process-send-keep-open",
      "child-process-server-close",
    ],
    reason: "sockets and servers are not sent to other guests",
  },
  {
    files: ["cluster-dgram", "cluster-shared", "cluster-net-", "dgram-cluster", "net-listen-handle-in-cluster"],
    reason: "sockets and servers are not sent to other guests",
  },
  { files: ["child-process-disconnect"], reason: "a guest's servers are not there for other guests" },
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
];
