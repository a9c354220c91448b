/** What messages need to know of ports. */
export interface PortMover {
  isPort(object: unknown): boolean;
  isDetached(port: object): boolean;
  /** Takes the end of the channel from its object. */
  release(port: object): unknown;
  /** Gives the end of a channel a new object. */
  adopt(moved: unknown): object;
}
