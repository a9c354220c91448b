export type CellKind = "process" | "worker" | "inline";
export type CellIsolation = "run" | "runtime" | "shared";

/** Where guests live, and how many at a time. */
export interface NodeRuntimeDriverOptions {
  /**
   * - `process`: in operating-system processes beside the host's, which one guest at a time runs in; what may share one
   *   says `isolation`. Whatever a guest does to its process, the host goes on.
   * - `worker`: on threads of the host's own process (`node:worker_threads`), which one guest at a time runs on. The
   *   host's event loop goes on beside them, and a guest may wait for the host. But the process is the host's: a hole
   *   in V8 opens the host, a crash of V8 ends it, and nothing confines the thread. A guest on which V8 gives up (an object
   *   that does not fit into its heap by far) has its thread put to sleep for ever, and a function of V8's that does not
   *   listen keeps its thread busy after its run has ended; either keeps its memory. With eight such threads in the
   *   process, runs reject with `ERR_RUN_NOT_STARTED` (`no-cell`). Memory that V8 does not count as heap is bounded by an
   *   estimate (`processOverheadLimit`, on Linux).
   * - `inline`: in the host's own process, on its thread. The fastest, and for guests that are trusted to keep their
   *   limits: one that blocks or crashes V8 does so to the host. It cannot wait: a check or a driver that answers by
   *   promise behind a synchronous call of the guest is refused.
   *
   * @default "process"
   */
  readonly cells?: CellKind;
  /**
   * What shares a process cell. Each run has a guest of its own either way, an isolate and a Node that no program has
   * seen.
   *
   * - `shared`: guests of all runtimes of the factory, several at a time (`guestsPerCell`). It takes the least memory:
   *   choose it where many guests wait more than they compute. They have one thread: while one computes, or waits for the
   *   host within a synchronous call, the others of its cell stand still, and their limits of wall time go on;
   *   so also behind one that was aborted: it computes until its `cpuTimeLimitMs`, or for half a minute, when its cell is
   *   killed. What ends the process (V8 without memory, in some ways; a limit that V8 did not keep) ends all of them:
   *   `crashed`. Files are served by the host.
   * - `runtime`: runs of one runtime, one after the other. A cell whose guest had to be stopped serves no other.
   * - `run`: nothing. Choose it where the runs of one runtime are to be kept apart even from one that finds a hole in V8
   *   and takes over its process. On Linux, a run costs a few milliseconds more on each of two cores.
   *
   * Worker and inline cells have `runtime` alone; for others: `ERR_UNSUPPORTED_CAPABILITY`.
   *
   * @default "runtime"
   */
  readonly isolation?: CellIsolation;
  /**
   * Whether a cell has to be confined by its kernel, so that a guest which takes over its process finds no way to a file, a
   * socket, a program or another process there (Linux on x64 and arm64).
   *
   * - `preferred`: as far as the machine does it; what it refused is told by the diagnostic `ERR_CELL_UNCONFINED`.
   *   Where the kernel confines nothing, Node's permission model holds cells (`node-permission`): it knows no network.
   * - `required`: no program runs in a cell that is not; runs reject with `ERR_RUN_NOT_STARTED` (`unconfined`). Worker and
   *   inline cells cannot have it: `ERR_UNSUPPORTED_CAPABILITY`.
   *
   * @default "preferred"
   */
  readonly confinement?: "preferred" | "required";
  /**
   * Most cells with a program at the same time, of each runtime; with `isolation: "shared"`, of all together. Each has one
   * guest that runs (shared: `guestsPerCell`); further runs wait their turn. 1 to 1024.
   *
   * @default the number of cores
   */
  readonly maxCells?: number;
  /** With `isolation: "shared"`, and only there: most guests that run in one cell at the same time, 1 to 1024. @default 16 */
  readonly guestsPerCell?: number;
  /**
   * After so many runs a cell is replaced by another; `Infinity`: never. On Linux, without `isolation: "shared"`, that
   * comes after six in any case: as many guests as a cell is copied with. With `isolation: "run"` it is 1.
   *
   * @default 1000
   */
  readonly runsPerCell?: number;
  /**
   * Process cells of each runtime that wait with a booted guest beside those that run, on Linux, from the second run on. A
   * runtime has at most `maxCells + waitingCells` cells; where they are no copies (worker cells; other systems) that is all
   * it says: one waits when it has had a run. Inline cells do not heed it. 0 to 1024; 0: every run waits for its cell to be
   * made. With `isolation: "shared"` it is 0: a cell that is there has places.
   *
   * @default the number of cores, at most 4; with `isolation: "shared"` 0
   */
  readonly waitingCells?: number;
  /**
   * How long cells wait for a run that does not come, in milliseconds, before they end; the next run makes them anew.
   * They do not keep the host alive. Those that `warmUp` makes wait for the first run however long that takes. Up to
   * 2147483647, as a timer can wait; `Infinity`: as long as their runtime.
   *
   * @default 60000
   */
  readonly cellIdleTimeMs?: number;
  /**
   * Whether cells are made with the runtime, so that its first run finds one, rather than with that run. It takes a core
   * for a second or two; it is over when `runtime.status().driver.cellsReady` is no longer 0. Where cells are no copies
   * (worker cells; other systems than Linux), and with `isolation: "shared"`, one is made. Inline cells are none that could
   * be made before.
   *
   * @default false
   */
  readonly warmUp?: boolean;
  /**
   * Most guests that stay (`runtime.load()`), of each runtime; with `isolation: "shared"`, of all together. Each has a cell of
   * its own, beside those of runs (shared: cells that runs are in, too); while it is evaluated, it is a run like any other.
   * One more is refused at once, with `ERR_RUN_NOT_STARTED` (`at-capacity`). 0 to 1024.
   *
   * @default 100
   */
  readonly maxGuests?: number;
  /**
   * Most runs of each runtime that wait for their turn, whatever its cells are, and also where it shares them with others;
   * `Infinity`: no bound. One more is refused at once, with `ERR_RUN_NOT_STARTED` (`at-capacity`).
   *
   * @default 1000
   */
  readonly maxQueuedRuns?: number;
  /**
   * The longest that a run waits before its program begins, in milliseconds: for a filesystem of yours to find its `cwd`
   * and a check of yours to allow its variables, for its turn, for a place in a shared cell, for a cell that has to be
   * started first, and for its guest. Then it is refused with `ERR_RUN_NOT_STARTED`: `at-capacity` where others have what
   * it waits for, `starting` where that is a cell, or a guest, which is being started, else `no-cell`. `Infinity`: it waits
   * for its turn and for a check for ever; a cell has twenty seconds to start, as many for a guest, and so has a filesystem.
   * 1 to 2147483647, or `Infinity`.
   *
   * A start takes half a second, or more on a busy machine, where nothing is prepared: with a limit below that, have cells
   * made before (`warmUp`), or the first runs are refused. A cell that was started for one that is refused is kept for the next, and so is
   * its guest, but where others share it.
   *
   * @default Infinity
   */
  readonly queueTimeLimitMs?: number;
  /**
   * How long the process that cells are copied from outlives the last driver of the factory, in milliseconds, for one
   * that may come. It is all that is left when every runtime has been disposed of: no cell, one process with the guests
   * that it has booted (about 100 MiB), on Linux, for process cells. It does not keep the host alive, and ends with it. 0:
   * it ends with that driver, whose disposal waits for it. Up to 2147483647.
   *
   * @default 5000
   */
  readonly idleTimeMs?: number;
  /**
   * The nice value of process cells, from 0 to 19, as nice(2) has it: with a higher one, the host and whatever else the machine
   * has to do go before guests when there is not enough CPU time for all. Neither worker nor inline cells have one.
   *
   * @default 0: guests are as any other process
   */
  readonly niceness?: number;
}
