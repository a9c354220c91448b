import { Runtime } from "./runtime.ts";
import type { RuntimeOptions } from "./runtime-options.ts";

/** A {@link Runtime} whose guests see Node.js. */
export class NodeRuntime extends Runtime {
  /** @throws VivariumError as the constructor of {@link Runtime} does */
  constructor(options: RuntimeOptions) {
    super(options, "node");
  }
}

/**
 * A {@link Runtime} whose guests see the web: ECMAScript and WinterTC's Minimum Common Web API, nothing of Node. Programs are
 * ES modules; they import files that the `fs` check lets them read.
 */
export class WebRuntime extends Runtime {
  /** @throws VivariumError as the constructor of {@link Runtime} does */
  constructor(options: RuntimeOptions) {
    super(options, "web");
  }
}

/**
 * A {@link Runtime} whose guests see the built-ins of ECMAScript and nothing else: no console, no timers, no files. Programs
 * are ES modules. Such a guest is there about as quickly as a bare isolate.
 */
export class BareRuntime extends Runtime {
  /** @throws VivariumError as the constructor of {@link Runtime} does */
  constructor(options: RuntimeOptions) {
    super(options, "bare");
  }
}
