import type { NetworkAdapterBench } from "./network-adapter-bench.ts";

/** What an adapter may do without. */
export interface NetworkAdapterCapabilities {
  /** Requests for a WebSocket. */
  readonly upgrade: boolean;
  readonly lookup: boolean;
  readonly connect: boolean;
  readonly listen: boolean;
  /** Bodies come as they are sent, and no faster than they are read. An adapter that keeps them whole does without. */
  readonly streams: boolean;
}

/** The name of something that an adapter may do without. */
export type NetworkAdapterCapability = keyof NetworkAdapterCapabilities;

/** One promise of the contract, and the steps that show whether an adapter keeps it. */
export interface NetworkAdapterCase {
  /** A sentence about the adapter. */
  readonly name: string;
  readonly needs?: readonly NetworkAdapterCapability[];
  run(bench: NetworkAdapterBench): Promise<void>;
}
