import { PluginError } from "../errors/plugin-error.ts";
import { shownWords } from "../text/quoted.ts";
import type { PluginFailure, PluginHealth } from "./plugin-status.ts";

/** Characters of what was wrong. */
const LONGEST_MESSAGE = 500;

/** What a host remembers of how a plugin does. */
export class PluginRecord {
  #lastError: PluginFailure | undefined;
  #crashes = 0;
  #restarts = 0;
  #startedAt: Date | undefined;

  began(): void {
    this.#startedAt = new Date();
  }

  ended(): void {
    this.#startedAt = undefined;
  }

  crashed(): void {
    this.#crashes += 1;
  }

  restarted(): void {
    this.#restarts += 1;
  }

  failed(error: unknown): PluginFailure {
    this.#lastError = this.describe(error);
    return this.#lastError;
  }

  /** What is told of an error, and not kept: what comes of another is not to hide that. */
  describe(error: unknown): PluginFailure {
    const code = error instanceof PluginError ? error.code : "ERR_PLUGIN_LOAD";
    const words = error instanceof Error ? error.message : "What was thrown is no error";
    return { code, message: shownWords(words, LONGEST_MESSAGE), at: new Date() };
  }

  read(): PluginHealth {
    return {
      lastError: this.#lastError,
      crashes: this.#crashes,
      restarts: this.#restarts,
      startedAt: this.#startedAt,
    };
  }
}
