import { bareCases } from "./bare-cases.ts";
import { lifetimeCases } from "./lifetime-cases.ts";
import { limitCases } from "./limit-cases.ts";
import { livingCases } from "./living-cases.ts";
import { moduleCases } from "./module-cases.ts";
import { outcomeCases } from "./outcome-cases.ts";
import { permissionCases } from "./permission-cases.ts";
import type { RuntimeDriverCase } from "./runtime-driver-case.ts";
import { streamCases } from "./stream-cases.ts";
import { webCases } from "./web-cases.ts";

/** Every case of the suite. {@link describeRuntimeDriver} runs them; another test runner can do so too. */
export const runtimeDriverCases: readonly RuntimeDriverCase[] = [
  ...outcomeCases,
  ...limitCases,
  ...streamCases,
  ...permissionCases,
  ...lifetimeCases,
  ...livingCases,
  ...moduleCases,
  ...bareCases,
  ...webCases,
];
