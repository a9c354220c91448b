import { dictionary } from "../past-prototypes.ts";
import { IteratorPrototype, ObjectSetPrototypeOf } from "../primordial.ts";
import { onlyOurs } from "./ours.ts";
import { showMethods } from "./own-getters.ts";

/** Where the rows come from. */
export interface RowSource<Row> {
  /** The next row; `undefined`: there is none. */
  next(): Row | undefined;
  /** No more is wanted. Called once. */
  end(): void;
}

interface Step<Row> {
  readonly done: boolean;
  readonly value: Row | null;
}

/** The rows of a statement, one after the other. */
export class StatementSyncIterator<Row = unknown> {
  #source: RowSource<Row> | undefined;

  constructor(token?: unknown, source?: RowSource<Row>) {
    onlyOurs(token);
    this.#source = source;
  }

  next(): Step<Row> {
    const row = this.#source?.next();
    return row === undefined ? this.return() : step(false, row);
  }

  return(): Step<Row> {
    const source = this.#source;
    this.#source = undefined;
    source?.end();
    return step<Row>(true, null);
  }
}

ObjectSetPrototypeOf(StatementSyncIterator.prototype, IteratorPrototype);
showMethods(StatementSyncIterator.prototype, ["next", "return"]);

function step<Row>(done: boolean, value: Row | null): Step<Row> {
  const made = dictionary<unknown>();
  made["done"] = done;
  made["value"] = value;
  return made as typeof made & Step<Row>;
}
