import { isVivariumError } from "@vivarium/core";
import { type OnDiagnostic, runGuest } from "@vivarium/kernel";
import { type CellMessage, encodeCellMessage } from "../channel/cell-message.ts";
import type { CellProgram, HostMessage } from "../channel/host-message.ts";
import { clip } from "../channel/outcome-wire.ts";
import { PROTOCOL_VERSION, WireError } from "../channel/protocol.ts";
import type { WireWriter } from "../channel/wire-writer.ts";
import type { BlockingDescriptor } from "./blocking-descriptor.ts";
import { ChannelHostPort } from "./channel-host-port.ts";
import type { GuestStock } from "./guest-stock.ts";

export interface CellServerOptions {
  readonly descriptor: BlockingDescriptor;
  readonly writer: WireWriter;
  /** Called once, with the first message that asks for a guest. */
  readonly openStock: (onDiagnostic: OnDiagnostic) => GuestStock;
  /** Ends the cell. */
  readonly leave: () => never;
}

interface CurrentRun {
  readonly port: ChannelHostPort;
  readonly abort: AbortController;
}

/** Does in a process cell what the host says: prepares guests, and runs one program at a time. */
export class CellServer {
  readonly #options: CellServerOptions;
  #stock: GuestStock | undefined;
  #current: CurrentRun | undefined;

  constructor(options: CellServerOptions) {
    this.#options = options;
  }

  /** @throws {WireError} for what the host may not say now. */
  take(message: HostMessage): void {
    switch (message.kind) {
      case "hello":
        this.#say({ kind: "ready", protocol: PROTOCOL_VERSION, nodeVersion: process.versions.node });
        return;
      case "prepare":
        this.#openStock().prepare(message.memoryLimit);
        this.#say({ kind: "prepared", memoryLimit: message.memoryLimit });
        return;
      case "execute":
        if (this.#current !== undefined) throw new WireError("A cell runs one program at a time");
        this.#execute(message.program).catch((error: unknown) => this.fail(error));
        return;
      case "completion":
        this.#current?.port.complete(message.request, message.answer);
        return;
      case "abort":
        this.#current?.abort.abort();
        return;
      default:
        message satisfies never;
    }
  }

  /** The cell cannot go on: tells the host why, and ends. */
  fail(error: unknown): never {
    const code = isVivariumError(error) ? error.code : "ERR_CELL_FAILED";
    const message = error instanceof Error ? error.message : String(error);
    this.#say({ kind: "fault", code, message: clip(message) });
    this.#options.leave();
  }

  async #execute(program: CellProgram): Promise<void> {
    const { descriptor, writer } = this.#options;
    const { limits, config, frozenTimeMs } = program;
    const port = new ChannelHostPort(descriptor, writer, limits.memoryLimit);
    const abort = new AbortController();
    this.#current = { port, abort };
    const { isolate, calls } = this.#openStock().take(limits.memoryLimit);
    try {
      calls.begin({ host: port, limits, clock: frozenTimeMs === undefined ? {} : { frozenTimeMs } });
      this.#say({ kind: "started" });
      const { outcome, exports } = await runGuest({
        isolate,
        calls,
        execution: program,
        config,
        signal: abort.signal,
        onDiagnostic: this.#onDiagnostic,
      });
      this.#current = undefined;
      this.#say({ kind: "finished", outcome, exports });
    } finally {
      isolate.dispose();
    }
  }

  readonly #onDiagnostic: OnDiagnostic = ({ code, message }) =>
    this.#say({ kind: "fault", code, message: clip(message) });

  #openStock(): GuestStock {
    this.#stock ??= this.#options.openStock(this.#onDiagnostic);
    return this.#stock;
  }

  #say(message: CellMessage): void {
    this.#options.descriptor.write(encodeCellMessage(this.#options.writer, message));
  }
}
