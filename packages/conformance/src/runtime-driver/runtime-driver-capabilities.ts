/** What a runtime driver can do that its cells may lack. Each is expected to work unless it is declared `false`. */
export interface RuntimeDriverCapabilities {
  /** Ends a guest that never gives its thread back when the run is aborted: an inline cell cannot. */
  readonly abortsBusyGuests: boolean;
  /** Waits for a promise of a permission check behind a synchronous call: an inline cell cannot. */
  readonly waitsForChecks: boolean;
  /** Bounds what a guest takes beside V8's heap: its process is its own, and the system tells how large it is. */
  readonly boundsProcesses: boolean;
  /** Keeps programs whose exports can be called: `RuntimeDriver.load`. */
  readonly living: boolean;
  /** Lets guests import modules of the host: `RuntimeDriverFactory.servesModules`. */
  readonly modules: boolean;
  /** Has guests of the profile `bare`. */
  readonly bareGuests: boolean;
  /** Has guests of the profile `web`. */
  readonly webGuests: boolean;
  /** Runs two programs at the same time. */
  readonly concurrency: boolean;
}

/** What a runtime driver can do or not, by its name. */
export type RuntimeDriverCapability = keyof RuntimeDriverCapabilities;
