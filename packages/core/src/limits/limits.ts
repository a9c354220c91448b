/** What one run may use. Every limit that is hit has an outcome of its own. */
export interface Limits {
  /**
   * Heap of the guest's isolate with its buffers, in MiB; 8 to 65536. What V8 does not count as heap, WebAssembly
   * memories for one, is another limit's: {@link Limits.processOverheadLimit}. Outcome: `out-of-memory`. A buffer that does not
   * fit is refused with Node's `RangeError` instead: a guest that does not catch it ends `threw`, since nothing tells
   * that error from one that the guest made. In a cell that is not inline, no system call carries more bytes to the host than this and
   * 64 MiB, at most 1 GiB: one that would fails with `EFBIG`, which only a guest with buffers beside its heap can meet.
   *
   * @default 128
   */
  readonly memoryLimit: number;
  /**
   * How much more than `memoryLimit` the process of the guest's cell may grow by in the run, in MiB; 32 to 65536, or
   * `Infinity`: no bound. It bounds what V8 does not count as heap, or counts too late: WebAssembly memories and tables,
   * resizable buffers, `Intl`, what a single `JSON.stringify()` takes, and copies of a result on its way out. The host looks
   * at the process every 50 ms: resident memory, what is swapped out, page tables. Of a worker cell,
   * it estimates by how much its thread has made the process grow. Process and worker cells on Linux have this bound;
   * elsewhere there is none. A guest with threads ({@link Limits.threadsLimit}) has this bound for all of them together: their cells may
   * grow by no more than the cell of a guest without threads may, except where cells are shared. Outcome: `process-memory-limit`, whose figure is the
   * sum of the two.
   *
   * @default 256
   */
  readonly processOverheadLimit: number;
  /**
   * CPU time of the whole run, in milliseconds, start-up excluded. `Infinity`: none. Outcome: `cpu-time-limit`, code 124.
   * @default 30000
   */
  readonly cpuTimeLimitMs: number;
  /**
   * Wall-clock time of the whole run, in milliseconds, start-up and the wait for a cell excluded. `Infinity`: none.
   * Outcome: `wall-time-limit`, code 124.
   *
   * @default 60000
   */
  readonly wallTimeLimitMs: number;
  /**
   * Bytes that the guest may write to stdout and stderr together. `Infinity`: none. Outcome: `output-limit`.
   * @default 16777216 (16 MiB)
   */
  readonly outputLimitBytes: number;
  /**
   * Bytes that exports may take; at most 256 MiB: texts, numbers and buffers as many as they have, and every object, array,
   * Map and so on what the host's engine needs for one (by estimate: 56 bytes for an object, 8 for a value in it). Outcome:
   * `result-limit`, as for exports of too many values ({@link RunResult.exports}).
   *
   * @default 67108864 (64 MiB)
   */
  readonly resultLimitBytes: number;
  /**
   * Files and directories that the guest may hold open at once, and as many sockets, listeners and pipes. Reported to the
   * guest as `EMFILE`.
   *
   * @default 1024
   */
  readonly openFilesLimit: number;
  /**
   * System calls that the guest may make in the whole run: every one, whether the host serves it or its cell (clocks, say),
   * and whether the program asks or Node's library on its behalf. A start and its end take about twenty, the first use of a
   * part of that library two for each of its modules, long content one more for each MiB. `Infinity`: none. Outcome:
   * `system-call-limit`.
   *
   * @default Infinity: what calls cost counts as CPU time and as wall-clock time already
   */
  readonly systemCallLimit: number;
  /**
   * System calls that the guest may make per second of real time, whatever its own clocks say. As many as two seconds have
   * may come at once, after a time with few; those of a start among them. `Infinity`: none. Outcome:
   * `system-call-rate-limit`.
   *
   * @default Infinity
   */
  readonly systemCallRateLimit: number;
  /**
   * Asynchronous system calls that may be under way at once: `fs.promises.readFile()` of so many files, say; those that wait
   * for their turn count, and answers that the guest has not been given yet. 1 to 1048576. Outcome: `pending-calls-limit`.
   * What they carry may be 64 MiB together: a call beyond that fails with Node's `EAGAIN`.
   *
   * They are all of a guest's requests and handles that lie outside its isolate, beside open files
   * ({@link Limits.openFilesLimit}).
   *
   * @default 100000
   */
  readonly pendingCallsLimit: number;
  /**
   * Timers and handles that the guest may have at once: timers and intervals until they have fired or are cleared,
   * immediates until their turn has come, message ports and broadcast channels until they are closed, listeners for
   * signals, a standard input that is read. It does not matter whether they keep the program alive, nor whether it made
   * them itself or Node's library did on its behalf. 1 to 1048576. Outcome: `timers-limit`.
   *
   * They are objects of the guest's own, and one timer of its cell serves them all: `memoryLimit` bounds what they take,
   * and messages that wait in a port.
   *
   * @default 100000
   */
  readonly timersLimit: number;
  /**
   * Threads (`node:worker_threads`) that the guest may have at once, with those that they start: 0 to 256. One too many
   * fails with Node's `ERR_WORKER_INIT_FAILED`. Each is a guest in a cell of its own, with a heap of `memoryLimit` or of what its
   * `resourceLimits` say, if that is less; their CPU time is this guest's, and so is their memory: see
   * {@link Limits.processOverheadLimit}.
   *
   * @default 16
   */
  readonly threadsLimit: number;
}
