import type { Binding, Guest } from "../guest.ts";

/** What this Node was built with, less what a guest has not: the inspector and tracing. */
export function configBinding(guest: Guest): Binding {
  return {
    __proto__: null,
    ...guest.tables.config,
    hasInspector: false,
    hasTracing: false,
    fipsMode: false,
    getDefaultLocale: () => new Intl.NumberFormat().resolvedOptions().locale,
  };
}
