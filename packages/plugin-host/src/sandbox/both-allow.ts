import type { ServiceCheck } from "../services/service-gate.ts";

/** A check that asks the second one about what the first allows. */
export function bothAllow(first: ServiceCheck, second: ServiceCheck | undefined): ServiceCheck {
  if (second === undefined) return first;
  return async (request) => {
    const decision = await first(request);
    return decision === true ? second(request) : decision;
  };
}
