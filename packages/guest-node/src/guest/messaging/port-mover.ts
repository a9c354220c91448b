import type { PortHome } from "./port-home.ts";

/** What messages need to know of ports. */
export interface PortMover {
  isPort(object: unknown): boolean;
  isDetached(port: object): boolean;
  /** Takes the end of the channel from its object. */
  release(port: object): unknown;
  /** Gives the end of a channel a new object, of that context. */
  adopt(moved: unknown, home: PortHome | undefined): object;
}
