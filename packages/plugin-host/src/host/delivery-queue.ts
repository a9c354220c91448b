import { PluginError } from "../errors/plugin-error.ts";
import type { PluginEvent } from "../life/plugin-life.ts";
import { QueueShares } from "./queue-shares.ts";

/** One event on its way to one plugin. */
export interface Delivery extends PluginEvent {
  /** How many events of plugins, each sent on account of the one before, have led to it. */
  readonly depth: number;
  /** How long it may take from now, waiting included, in milliseconds; undefined: it waits for as long as it has to. */
  readonly withinMs: number | undefined;
}

/** How a delivery has ended. */
export type DeliveryResult =
  | { readonly outcome: "done"; readonly value: unknown; readonly ms: number }
  /** `dropped`: the plugin has not heard of it; `failed`: it has, and its handler has come to nothing. */
  | { readonly outcome: "failed" | "dropped"; readonly error: PluginError; readonly ms: number };

/** How many deliveries have ended how. */
export interface DeliveryUse {
  readonly done: number;
  readonly failed: number;
  readonly dropped: number;
  /** Such as wait or are under way. */
  readonly queued: number;
}

/** What a queue needs of whoever has it. */
export interface DeliveryQueueOptions {
  /** Whom errors name. */
  readonly plugin: string;
  /** Most that wait, of which those that plugins have sent are only a part. */
  readonly most: number;
  /** @param until when it has to be over, as `performance.now()` tells it */
  readonly deliver: (delivery: Delivery, until: number) => Promise<unknown>;
  /** Hears once that something was dropped since all that waits was last delivered. */
  readonly onDropped: (error: PluginError) => void;
}

interface Waiting {
  readonly delivery: Delivery;
  readonly since: number;
  readonly settle: (result: DeliveryResult) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

/** The events of one plugin, in the order in which they came: it gets the next when it is through with the one before. */
export class DeliveryQueue {
  readonly #options: DeliveryQueueOptions;
  readonly #waiting: Waiting[] = [];
  readonly #counts = { done: 0, failed: 0, dropped: 0 };
  readonly #shares: QueueShares;
  #isOpen = false;
  /** Why nothing waits. */
  #closed: PluginError | undefined;
  #hasTold = false;
  #underWay: Promise<void> | undefined;

  constructor(options: DeliveryQueueOptions) {
    this.#options = options;
    this.#shares = new QueueShares(options.most);
  }

  /** Never rejects. */
  offer(delivery: Delivery): Promise<DeliveryResult> {
    const { promise, resolve: settle } = Promise.withResolvers<DeliveryResult>();
    const since = performance.now();
    const { withinMs } = delivery;
    const timer = withinMs === undefined ? undefined : setTimeout(() => this.#expire(waiting), withinMs);
    const waiting: Waiting = { delivery, since, settle, timer };
    const refusal = this.#closed ?? this.#full(delivery);
    if (refusal !== undefined) {
      this.#drop(waiting, refusal);
    } else {
      this.#shares.take(delivery.from);
      this.#waiting.push(waiting);
      this.#pump();
    }
    return promise;
  }

  use(): DeliveryUse {
    return { ...this.#counts, queued: this.#waiting.length + Number(this.#underWay !== undefined) };
  }

  /** There is a plugin to deliver to. */
  open(): void {
    this.#closed = undefined;
    this.#isOpen = true;
    this.#pump();
  }

  /** What comes from here on waits. */
  pause(): void {
    this.#closed = undefined;
    this.#isOpen = false;
  }

  /** Drops what waits, and what comes from here on. */
  close(error: PluginError): void {
    this.#closed = error;
    this.#isOpen = false;
    for (const waiting of this.#waiting.splice(0)) {
      this.#shares.give(waiting.delivery.from);
      this.#drop(waiting, error);
    }
  }

  /** Settles when what is under way now is over. Never rejects. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  #full({ from }: Delivery): PluginError | undefined {
    if (this.#shares.hasRoom(from)) return undefined;
    const whose = from === undefined ? "" : ` of "${from}" and other plugins`;
    return this.#error("ERR_PLUGIN_BUSY", `Too many events${whose} wait for it`);
  }

  #pump(): void {
    if (!this.#isOpen || this.#underWay !== undefined) return;
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#hasTold = false;
      return;
    }
    clearTimeout(next.timer);
    this.#shares.give(next.delivery.from);
    this.#underWay = this.#deliver(next).then((result) => {
      this.#underWay = undefined;
      this.#counts[result.outcome] += 1;
      next.settle(result);
      this.#pump();
    });
  }

  async #deliver({ delivery, since }: Waiting): Promise<DeliveryResult> {
    const { withinMs = Number.POSITIVE_INFINITY } = delivery;
    try {
      const value = await this.#options.deliver(delivery, since + withinMs);
      return { outcome: "done", value, ms: performance.now() - since };
    } catch (cause) {
      const error =
        cause instanceof PluginError
          ? cause
          : new PluginError("ERR_PLUGIN_THREW", "It could not be told", { plugin: this.#options.plugin, cause });
      return { outcome: "failed", error, ms: performance.now() - since };
    }
  }

  #expire(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    this.#shares.give(waiting.delivery.from);
    this.#drop(waiting, this.#error("ERR_PLUGIN_TIMEOUT", "It was busy with earlier events for too long"));
  }

  #drop({ timer, since, settle }: Waiting, error: PluginError): void {
    clearTimeout(timer);
    this.#counts.dropped += 1;
    if (!this.#hasTold) this.#options.onDropped(error);
    this.#hasTold = true;
    settle({ outcome: "dropped", error, ms: performance.now() - since });
  }

  #error(code: PluginError["code"], message: string): PluginError {
    return new PluginError(code, message, { plugin: this.#options.plugin });
  }
}
