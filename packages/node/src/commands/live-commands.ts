import { randomBytes } from "node:crypto";
import type { HostCommand } from "./host-command.ts";
import { OrphanWatch } from "./orphan-watch.ts";
import { ProcessTable } from "./process-table.ts";

/** How often the processes of commands are looked at, in milliseconds. */
const LOOK_MS = 100;
const MARK_BYTES = 16;

/** The commands of an executor that are under way, and who looks after them. */
export class LiveCommands {
  readonly table: ProcessTable = new ProcessTable();
  readonly #watch: OrphanWatch = new OrphanWatch();
  readonly #live: Set<HostCommand> = new Set();
  #users = 0;
  #look: NodeJS.Timeout | undefined;

  get size(): number {
    return this.#users;
  }

  /** Has a command started and followed to its end, while there is one that looks at what it starts. */
  async during<T>(action: () => Promise<T>): Promise<T> {
    this.#users += 1;
    try {
      await this.table.begin();
      return await action();
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.table.end();
    }
  }

  /** The mark of a command that is about to be started: were this process killed while it is, it would end all the same. */
  expect(): string {
    const mark = randomBytes(MARK_BYTES).toString("hex");
    this.#watch.expect(mark);
    return mark;
  }

  /** It could not be started. */
  forget(mark: string): void {
    this.#watch.forget(mark);
  }

  begin(command: HostCommand): void {
    this.#live.add(command);
    this.#watch.begin(command);
    this.#look ??= setInterval(() => void this.#lookAtAll(), LOOK_MS);
  }

  end(command: HostCommand): void {
    this.#live.delete(command);
    this.#watch.end(command);
    if (this.#live.size > 0) return;
    clearInterval(this.#look);
    this.#look = undefined;
  }

  async #lookAtAll(): Promise<void> {
    const entries = await this.table.look();
    for (const command of this.#live) this.#watch.see(command, command.look(entries));
  }
}
