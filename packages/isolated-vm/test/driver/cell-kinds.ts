import { type RuntimeDriverCase, runtimeDriverCases } from "@vivarium/conformance";

const everyKind = ["process", "worker", "inline"] as const;

/** `pnpm test:everything` tries everything in every kind of cell; the ordinary tests would take twice as long for it. */
const isThorough = process.env["VIVARIUM_TEST_EVERYTHING"] !== undefined;

/**
 * For what a guest does in the same way wherever its cell is: the default kind, and every kind where all is tried.
 * What differs between kinds has suites of its own; describe these over kinds that they name.
 */
export const sampledKinds: readonly (typeof everyKind)[number][] = isThorough ? everyKind : ["process"];

/** For cells whose limits work as those of the default cells and of inline ones, in which every case is tried at any time. */
export const sampledCases: readonly RuntimeDriverCase[] = isThorough
  ? runtimeDriverCases
  : runtimeDriverCases.filter((one) => one.isThorough !== true);
