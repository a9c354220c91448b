import type { Guest } from "../guest.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { ArrayPrototypeIncludes } from "../primordial.ts";
import { type MessageMarks, TRANSFERABLE } from "./message-marks.ts";
import type { PortMover } from "./port-mover.ts";

/** Reads the list of what a message takes along: checked, and with what its entries bring with them. */
export class TransferList {
  readonly #guest: Guest;
  readonly #ports: PortMover;
  readonly #marks: MessageMarks;

  constructor(guest: Guest, ports: PortMover, marks: MessageMarks) {
    this.#guest = guest;
    this.#ports = ports;
    this.#marks = marks;
  }

  /** @throws a `DataCloneError` for what cannot move */
  read(given: readonly unknown[], source: object | undefined): object[] {
    const list: object[] = [];
    for (let index = 0; index < given.length; index++) {
      const entry = given[index];
      if (typeof entry !== "object" || entry === null) throw this.#invalid();
      if (ArrayPrototypeIncludes(list, entry)) throw this.#marks.dataCloneError(this.#duplicate(entry));
      this.#check(entry, source);
      ArrayPrototypePush(list, entry);
    }
    // What an entry brings may bring something in turn: a transform stream its two ends, and each of those a port.
    for (let index = 0; index < list.length; index++) this.#addCompanions(list, list[index] as object);
    return list;
  }

  #addCompanions(list: object[], entry: object): void {
    if (this.#isBuffer(entry)) return;
    const companions = this.#marks.method(entry, "messaging_transfer_list_symbol")?.() as object[] | undefined;
    for (let index = 0; index < (companions?.length ?? 0); index++) {
      const companion = companions?.[index] as object;
      if (!ArrayPrototypeIncludes(list, companion)) ArrayPrototypePush(list, companion);
    }
  }

  #isBuffer(entry: object): boolean {
    return this.#guest.native.types.isArrayBuffer(entry);
  }

  #check(entry: object, source: object | undefined): void {
    const marked = this.#guest.privateSymbols["untransferable_object_private_symbol"] as symbol;
    if ((entry as Record<symbol, unknown>)[marked] !== undefined) {
      throw this.#marks.dataCloneError("Cannot transfer object of unsupported type.");
    }
    if (this.#isBuffer(entry)) {
      if (!this.#guest.native.util.isArrayBufferDetached(entry)) return;
      throw this.#marks.dataCloneError("An ArrayBuffer is detached and could not be cloned.");
    }
    if (this.#ports.isPort(entry)) {
      if (entry === source) throw this.#marks.dataCloneError("Transfer list contains source port");
      if (!this.#ports.isDetached(entry)) return;
      throw this.#marks.dataCloneError("MessagePort in transfer list is already detached");
    }
    if ((this.#marks.modeOf(entry) & TRANSFERABLE) === 0) throw this.#invalid();
  }

  #duplicate(entry: object): string {
    const kind = this.#isBuffer(entry) ? "ArrayBuffer" : this.#ports.isPort(entry) ? "MessagePort" : "host object";
    return `Transfer list contains duplicate ${kind}`;
  }

  #invalid(): Error {
    return this.#marks.dataCloneError("Found invalid value in transferList.");
  }
}
