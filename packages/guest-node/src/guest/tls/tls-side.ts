import { createOwnQueue } from "../own-queue.ts";
import { unimplemented } from "../unimplemented.ts";
import type { OwnEnd } from "./own-end.ts";
import type { SecureAnswer } from "./secure-session.ts";

/** What is asked of an end before it is known who speaks TLS for it. */
interface Wish {
  readonly name: string;
  readonly operands: readonly unknown[];
}

/** What the host cannot be asked for; what else a client wishes, it is told, or does without. */
const refusals: Readonly<Record<string, true>> = {
  __proto__: null as never,
  requestOCSP: true,
  enableKeylogCallback: true,
};

/** Who speaks TLS for one end of a connection, and what it is to be told as soon as that is known. */
export class TlsSide {
  /** Speaks for it within the guest. Of a client absent until it has started; for good where the host speaks for it. */
  own: OwnEnd | undefined;
  /** What the host has agreed on. */
  session: SecureAnswer = {};
  servername: string | undefined;
  alpn: string[] | undefined;
  rejects = true;
  readonly #wishes = createOwnQueue<Wish>();
  #hasStarted = false;

  /** Whether it starts by this. */
  start(): boolean {
    if (this.#hasStarted) return false;
    this.#hasStarted = true;
    return true;
  }

  /** Says something to whoever speaks, now or when it begins. @throws what has no answer */
  wish(name: string, operands: readonly unknown[]): void {
    if (this.own !== undefined) this.own.run(name, operands);
    else if (!this.#hasStarted) this.#wishes.put({ name, operands });
    else if (refusals[name] === true) throw missingMethod(name);
  }

  /** Asks what the guest knows only where it speaks for itself. */
  ask(name: string, operands: readonly unknown[] = []): unknown {
    return this.own?.run(name, operands);
  }

  /** As {@link ask}, where there is no answer of another's. */
  demand(name: string, operands: readonly unknown[]): unknown {
    if (this.own === undefined) throw missingMethod(name);
    return this.own.run(name, operands);
  }

  /** Says all that has waited to an end of the guest's own. */
  tellOwn(own: OwnEnd): void {
    for (let next = this.#wishes.take(); next !== undefined; next = this.#wishes.take()) {
      own.run(next.name, next.operands);
    }
  }

  /** Forgets what has waited, as the host is told of it in another way. @throws for what it cannot be asked */
  tellHost(): void {
    for (let next = this.#wishes.take(); next !== undefined; next = this.#wishes.take()) {
      if (refusals[next.name] === true) throw missingMethod(next.name);
    }
  }
}

export function missingMethod(name: string): Error {
  return unimplemented("tls_wrap", `TLSWrap.${name}`);
}
