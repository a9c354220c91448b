import { ArrayPrototypePush, removeAt } from "../past-prototypes.ts";
import { ArrayPrototypeIndexOf } from "../primordial.ts";
import { isOwnAddress, isUnspecified, parseIp, unmapped } from "./ip-address.ts";

interface Bound<Holder> {
  readonly holder: Holder;
  readonly address: readonly number[];
  readonly port: number;
  readonly onlyV6: boolean;
}

type Place = Pick<Bound<unknown>, "address" | "onlyV6">;

const FIRST_OWN_PORT = 32_768;
const LAST_OWN_PORT = 60_999;

/** Who in one guest has which address and port. */
export class BoundPorts<Holder> {
  readonly #bound: Bound<Holder>[] = [];
  /** Addresses that the host has answered for `localhost`: they lead here, too. */
  readonly #aliases: string[] = [];
  #lastPort = FIRST_OWN_PORT - 1;

  get isEmpty(): boolean {
    return this.#bound.length === 0;
  }

  /** Whether somebody has that address and port already, of those that `counts` is true of. */
  isTaken(
    address: readonly number[],
    port: number,
    onlyV6: boolean,
    counts: (holder: Holder) => boolean = always,
  ): boolean {
    for (let index = 0; index < this.#bound.length; index++) {
      const bound = this.#bound[index] as Bound<Holder>;
      if (bound.port === port && overlap(bound, { address, onlyV6 }) && counts(bound.holder)) return true;
    }
    return false;
  }

  add(holder: Holder, address: readonly number[], port: number, onlyV6: boolean): void {
    ArrayPrototypePush(this.#bound, { holder, address, port, onlyV6 });
  }

  remove(holder: Holder): void {
    for (let index = this.#bound.length - 1; index >= 0; index--) {
      if (this.#bound[index]?.holder === holder) removeAt(this.#bound, index);
    }
  }

  /** Whom this address and port lead to, if it is somebody of this guest's. */
  find(address: string, port: number): Holder | undefined {
    const asked = ArrayPrototypeIndexOf(this.#aliases, address) >= 0 ? loopback : parseIp(address);
    if (asked === undefined) return undefined;
    const to = isUnspecified(unmapped(asked)) ? loopbackOf(unmapped(asked)) : unmapped(asked);
    const isOwn = isOwnAddress(to);
    for (let index = 0; index < this.#bound.length; index++) {
      const bound = this.#bound[index] as Bound<Holder>;
      if (bound.port === port && isReached(bound, to, isOwn)) return bound.holder;
    }
    return undefined;
  }

  /** All who have a port, whatever their address. */
  at(port: number): Holder[] {
    const holders: Holder[] = [];
    for (let index = 0; index < this.#bound.length; index++) {
      const bound = this.#bound[index] as Bound<Holder>;
      if (bound.port === port) ArrayPrototypePush(holders, bound.holder);
    }
    return holders;
  }

  addAlias(address: string): void {
    if (ArrayPrototypeIndexOf(this.#aliases, address) < 0) ArrayPrototypePush(this.#aliases, address);
  }

  isAlias(address: string): boolean {
    return ArrayPrototypeIndexOf(this.#aliases, address) >= 0;
  }

  /** A port that nobody has at that address; 0 when all are taken. */
  freePort(address: readonly number[], onlyV6: boolean): number {
    for (let tries = FIRST_OWN_PORT; tries <= LAST_OWN_PORT; tries++) {
      const port = this.nextPort();
      if (!this.isTaken(address, port, onlyV6)) return port;
    }
    return 0;
  }

  /** A port of those that a system gives to who asks for any. */
  nextPort(): number {
    this.#lastPort = this.#lastPort >= LAST_OWN_PORT ? FIRST_OWN_PORT : this.#lastPort + 1;
    return this.#lastPort;
  }
}

const always = (): boolean => true;

const loopback: readonly number[] = [127, 0, 0, 1];
const loopbackOfV6: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/** Where who connects to any address comes to. */
const loopbackOf = (any: readonly number[]): readonly number[] =>
  any.length === loopback.length ? loopback : loopbackOfV6;

function overlap(one: Place, other: Place): boolean {
  return covers(one, unmapped(other.address)) || covers(other, unmapped(one.address));
}

/** Whether what is bound to `bound` is bound to `address`, too. */
function covers({ address, onlyV6 }: Place, other: readonly number[]): boolean {
  const own = unmapped(address);
  if (isUnspecified(own)) return own.length === other.length || (own.length > other.length && !onlyV6);
  return isSame(own, other);
}

function isReached(bound: Place, to: readonly number[], isOwn: boolean): boolean {
  if (isUnspecified(bound.address)) return isOwn && covers(bound, to);
  return isSame(unmapped(bound.address), to);
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}
