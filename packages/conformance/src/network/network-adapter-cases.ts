import { connectionCases } from "./connection-cases.ts";
import { exchangeCases } from "./exchange-cases.ts";
import type { NetworkAdapterCase } from "./network-adapter-case.ts";

/** Every promise of a network adapter. */
export const networkAdapterCases: readonly NetworkAdapterCase[] = [...exchangeCases, ...connectionCases];
