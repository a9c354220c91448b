import type { Binding, Guest, Library } from "../guest.ts";
import type { LibraryCompiler } from "../library-compiler.ts";

/** Node's own modules: which there are, and how one is compiled. */
export function builtinsBinding(guest: Guest, compiler: LibraryCompiler, adopt: (library: Library) => void): Binding {
  return {
    __proto__: null,
    builtinIds: guest.tables.builtinIds,
    configs: guest.tables.processConfig,
    config: guest.tables.processConfig,
    natives: {},
    builtinCategories: { __proto__: null, canBeRequired: guest.tables.builtinIds, cannotBeRequired: [] },
    compileFunction: (id: string) => compiler.compile(id),
    hasCachedBuiltins: () => true,
    setInternalLoaders(internalBinding: Library["internalBinding"], require: Library["require"]) {
      adopt({ internalBinding, require });
    },
  };
}
