import type { Binding, Guest } from "../guest.ts";
import { uncurryThis } from "../primordial.ts";

const { NumberFormat } = Intl;
const resolvedOptions = uncurryThis(NumberFormat.prototype.resolvedOptions);

/** What this Node was built with, less what a guest has not: the inspector and tracing. */
export function configBinding(guest: Guest): Binding {
  return {
    __proto__: null,
    ...guest.tables.config,
    hasInspector: false,
    hasTracing: false,
    fipsMode: false,
    getDefaultLocale: () => resolvedOptions(new NumberFormat()).locale,
  };
}
