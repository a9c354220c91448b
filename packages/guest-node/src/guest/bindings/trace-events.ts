import type { Binding } from "../guest.ts";

/** Nothing is traced within a guest; the category is off for good. */
export function traceEventsBinding(): Binding {
  class CategorySet {
    enable(): void {}
    disable(): void {}
  }
  return {
    __proto__: null,
    CategorySet,
    trace() {},
    isTraceCategoryEnabled: () => false,
    setTraceCategoryStateUpdateHandler() {},
    getCategoryEnabledBuffer: () => new Uint8Array(1),
    getEnabledCategories: () => undefined,
  };
}
