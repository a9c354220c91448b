import { closeSync, readSync, writeSync } from "node:fs";
import { isVivariumError, VivariumError } from "@vivarium/core";
import type { ProcessControls } from "@vivarium/guest-node";
import type { OnDiagnostic } from "@vivarium/kernel";
import { type GuestBase, type GuestKind, readKind } from "../channel/guest-kind.ts";
import { clip } from "../channel/outcome-wire.ts";
import { ZYGOTE_DESCRIPTOR } from "../channel/protocol.ts";
import { WireWriter } from "../channel/wire-writer.ts";
import { encodeZygoteNotice, type ZygoteNotice, type ZygoteOrder } from "../channel/zygote-message.ts";
import type { GarbageCollection } from "./garbage-collection.ts";
import type { GuestStock } from "./guest-stock.ts";
import { rehearseCell } from "./rehearse-cell.ts";
import type { CellDescriptors } from "./serve-cell.ts";

export interface ZygoteOptions {
  /** Undefined where processes cannot be forked. */
  readonly controls: ProcessControls | undefined;
  /** The host's process. */
  readonly parent: number;
  readonly garbage: GarbageCollection;
  /** Called once, before the first guest is booted. */
  readonly openStock: (onDiagnostic: OnDiagnostic) => GuestStock;
  /** Ends this process. */
  readonly leave: () => never;
  /** Called in a copy: from here on it is a cell. */
  readonly becomeCell: (descriptors: CellDescriptors, stock: GuestStock) => void;
}

interface Child {
  readonly pid: number;
  readonly stderr: number;
  ended: boolean;
}

type ForkOrder = ZygoteOrder & { readonly kind: "fork" };
type PrepareOrder = ZygoteOrder & { readonly kind: "prepare" };

/** Between two guests that are booted, in milliseconds. */
const GROWTH_PAUSE_MS = 10;

/** The most that is told of a copy's last words, in bytes. */
const STDERR_BYTES = 8192;

/**
 * Boots guests once, and makes cells that have them: copies of this process (fork(2)), which share its memory until they
 * write to it. It runs nobody's program, so that every copy is as fresh as the first.
 */
export class Zygote {
  readonly #options: ZygoteOptions;
  readonly #controls: ProcessControls;
  readonly #stock: GuestStock;
  readonly #writer: WireWriter = new WireWriter();
  readonly #children: Map<number, Child> = new Map();
  readonly #forks: ForkOrder[] = [];
  readonly #rehearsed: Map<GuestBase, Promise<void>> = new Map();
  #address: Uint8Array = new Uint8Array();
  #queue: Promise<void> = Promise.resolve();
  #planned: NodeJS.Immediate | undefined;
  /** By kind, what boots the next guest. */
  readonly #growing: Map<GuestKind, NodeJS.Timeout> = new Map();

  constructor(options: ZygoteOptions) {
    this.#options = options;
    const { controls, parent } = options;
    if (controls === undefined) this.fail(new VivariumError("ERR_CELL_FAILED", { problem: "it cannot fork here" }));
    this.#controls = controls;
    controls.dieWithParent(parent);
    makeNamespaces(controls);
    this.#stock = options.openStock(({ code, message }) => this.#say({ kind: "fault", code, message: clip(message) }));
  }

  take(order: ZygoteOrder): void {
    switch (order.kind) {
      case "hello":
        this.#address = order.address;
        return;
      case "prepare":
        this.#queue = this.#queue.then(() => this.#prepare(order)).catch((error) => this.fail(error));
        return;
      case "fork":
        this.#forks.push(order);
        // From a phase of the event loop in which nothing of it is under way: the copy goes on with a loop of its own.
        this.#planned ??= setImmediate(() => this.#forkAll());
        return;
      case "bury":
        this.#bury(order.child);
        return;
      default:
        order satisfies never;
    }
  }

  /** Tells of children that have ended since it was last called. */
  lookAfterChildren(): void {
    for (const [child, state] of this.#children) {
      if (state.ended) continue;
      const end = this.#controls.childEnd(state.pid, false);
      if (end === undefined) continue;
      state.ended = true;
      this.#say({ kind: "ended", child, ...end, stderr: lastWords(state.stderr) });
    }
  }

  /** It cannot go on: tells the host why, and ends. */
  fail(error: unknown): never {
    const code = isVivariumError(error) ? error.code : "ERR_CELL_FAILED";
    const message = error instanceof Error ? error.message : String(error);
    this.#say({ kind: "fault", code, message: clip(message) });
    this.#options.leave();
  }

  async #prepare(order: PrepareOrder): Promise<void> {
    const { base } = readKind(order.guestKind);
    const rehearsed = this.#rehearsed.get(base) ?? this.#rehearse(base);
    this.#rehearsed.set(base, rehearsed);
    await rehearsed;
    this.#addGuest(order);
  }

  async #rehearse(base: GuestBase): Promise<void> {
    await this.#stock.fill(base);
    await rehearseCell(this.#stock, base);
  }

  /** A copy must not be kept waiting: guests come one at a time, with time for orders between them. */
  #addGuest(order: PrepareOrder): void {
    const { guestKind } = order;
    clearTimeout(this.#growing.get(guestKind));
    const guests = this.#stock.add(guestKind);
    const isLast = guests >= order.guests;
    // What is garbage now would be so in every copy, and each would have to collect it by itself.
    if (guests === 1 || isLast) this.#options.garbage.full();
    this.#say({ kind: "prepared", guestKind, guests });
    if (!isLast)
      this.#growing.set(
        guestKind,
        setTimeout(() => this.#grow(order), GROWTH_PAUSE_MS),
      );
  }

  /** Not where guests of other kinds have taken the place of these: they would drive each other out for ever. */
  #grow(order: PrepareOrder): void {
    if (this.#stock.has(order.guestKind)) this.#addGuest(order);
  }

  #forkAll(): void {
    this.#planned = undefined;
    for (let order = this.#forks.shift(); order !== undefined; order = this.#forks.shift()) {
      const descriptors = this.#fork(order);
      if (descriptors !== undefined) {
        this.#forks.length = 0;
        this.#options.becomeCell(descriptors, this.#stock);
        return;
      }
    }
    this.#options.garbage.minorIfDue();
  }

  /** Answers in the copy alone. */
  #fork({ child, token }: ForkOrder): CellDescriptors | undefined {
    const made = this.#controls.fork(this.#address, token);
    if (made.pid === 0) {
      for (const { stderr } of this.#children.values()) closeSync(stderr);
      this.#children.clear();
      for (const timer of this.#growing.values()) clearTimeout(timer);
      if (!("calls" in made)) return undefined;
      // Whoever means this process by it must not meet the zygote.
      Object.defineProperty(process, "pid", { value: made.self });
      return made;
    }
    if ("stderr" in made) this.#children.set(child, { pid: made.pid, stderr: made.stderr, ended: false });
    this.#say({ kind: "forked", child, pid: made.pid });
    return undefined;
  }

  #bury(child: number): void {
    const state = this.#children.get(child);
    if (state?.ended !== true) return;
    this.#children.delete(child);
    this.#controls.childEnd(state.pid, true);
    closeSync(state.stderr);
  }

  #say(notice: ZygoteNotice): void {
    const frame = encodeZygoteNotice(this.#writer, notice);
    let written = 0;
    while (written < frame.length) written += attemptWrite(frame, written);
  }
}

/** Where the machine does not let it, its cells do without, and say so. */
function makeNamespaces(controls: ProcessControls): void {
  try {
    controls.makeNamespaces();
  } catch {
    // Each copy tells whether it is in any.
  }
}

/** The descriptor is also read by the event loop, which has made it one that does not block. */
function attemptWrite(frame: Uint8Array, from: number): number {
  try {
    return writeSync(ZYGOTE_DESCRIPTOR, frame, from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
    throw error;
  }
}

function lastWords(descriptor: number): Uint8Array {
  // More than a pipe holds.
  const bytes = Buffer.allocUnsafe(1 << 17);
  let length = 0;
  try {
    for (;;) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (count === 0) break;
      length += count;
    }
  } catch {
    // Nothing more is there, and a process that inherited the other end still lives.
  }
  return bytes.subarray(Math.max(0, length - STDERR_BYTES), length);
}
