import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet } from "../primordial.ts";
import type { PairEnd } from "../streams/pair-end.ts";
import { BoundPorts } from "./bound-ports.ts";

/** One end of a connection, as `getsockname` tells it. */
export interface SocketName {
  readonly address: string;
  readonly family: "IPv4" | "IPv6";
  readonly port: number;
}

/** What a server of this guest listens with. */
export interface OwnListener {
  /** Takes the far end of a connection from within this guest. */
  accept(end: PairEnd, local: SocketName | undefined, remote: SocketName | undefined): void;
  isListening(): boolean;
}

/** The servers of one guest. A connection that the guest makes to one of them stays inside it. */
export class OwnListeners extends BoundPorts<OwnListener> {
  readonly #paths: Map<string, OwnListener> = new Map();

  addPath(path: string, listener: OwnListener): boolean {
    if (MapPrototypeGet(this.#paths, path) !== undefined) return false;
    MapPrototypeSet(this.#paths, path, listener);
    return true;
  }

  removePath(path: string, listener: OwnListener): void {
    if (MapPrototypeGet(this.#paths, path) === listener) MapPrototypeDelete(this.#paths, path);
  }

  findPath(path: string): OwnListener | undefined {
    return MapPrototypeGet(this.#paths, path);
  }
}
