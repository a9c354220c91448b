/** Uses of Node that a guest refuses, whatever it is allowed. Each is an expression; what it answers may be awaited. */
export interface RefusedUses {
  readonly title: string;
  readonly uses: readonly string[];
}

/** What the page of refusals is made of: each is tried in a guest, which says itself how it refuses. */
export const refusedUses: readonly RefusedUses[] = [
  {
    title: "Files",
    uses: [`fs.promises.open("/file", "w").then((file) => new MessageChannel().port1.postMessage(file, [file]))`],
  },
  {
    title: "Child processes",
    uses: [`child_process.spawn("ls", { uid: 0 })`, `process.execve("/bin/ls")`],
  },
  {
    title: "Network",
    uses: [`tls.connect({ socket: new (require("node:stream").Duplex)(), pskCallback() {} })`],
  },
  {
    title: "Threads",
    uses: [
      `new worker_threads.Worker("1", { eval: true, workerData: new SharedArrayBuffer(1) })`,
      `new worker_threads.Worker("1", { eval: true, env: worker_threads.SHARE_ENV })`,
    ],
  },
  {
    title: "Cryptography",
    uses: [
      `crypto.setEngine("/engine.so")`,
      `crypto.setFips(true)`,
      `crypto.createPrivateKey(new URL("file:///key.pem"))`,
      `crypto.pbkdf2Sync("text", "salt", 1, 2 ** 30, "sha256")`,
      `crypto.generateKeyPairSync("rsa", { modulusLength: 2 ** 15 })`,
    ],
  },
  {
    title: "The engine",
    uses: [
      `vm.createContext() && vm.measureMemory({ mode: "detailed" })`,
      `v8.setFlagsFromString("--harmony")`,
      `v8.getHeapSnapshot()`,
      `v8.writeHeapSnapshot()`,
      `v8.queryObjects(Map)`,
      `v8.startCpuProfile()`,
      `process.report.writeReport()`,
      `require("inspector")`,
      `require("trace_events")`,
    ],
  },
  {
    title: "Native code, and who the process is",
    uses: [
      `process.binding("fs")`,
      `fs.promises.writeFile("/addon.node", "\\x7fELF".padEnd(64)).then(() => process.dlopen({ exports: {} }, "/addon.node"))`,
      `process.setuid(0)`,
      `new (require("node:sqlite").DatabaseSync)("", { allowExtension: true }).loadExtension("/x")`,
    ],
  },
  {
    title: "Other",
    uses: [`require("node:sea").isSea()`],
  },
];
