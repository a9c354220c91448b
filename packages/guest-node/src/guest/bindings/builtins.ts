import type { Binding, Guest, Library } from "../guest.ts";
import type { LibraryCompiler } from "../library-compiler.ts";

const TEST_BINDING = "internal/test/binding";

/** Node's own modules: which there are, and how one is compiled. */
export function builtinsBinding(guest: Guest, compiler: LibraryCompiler, adopt: (library: Library) => void): Binding {
  return {
    __proto__: null,
    builtinIds: guest.tables.builtinIds,
    configs: guest.tables.processConfig,
    config: guest.tables.processConfig,
    natives: {},
    builtinCategories: { __proto__: null, canBeRequired: guest.tables.builtinIds, cannotBeRequired: [] },
    compileFunction(id: string) {
      // It exports the way to every binding. Node's library never asks for it itself.
      if (id === TEST_BINDING && guest.options()["--expose-internals"] !== true) {
        throw guest.errors.coded("Error", "ERR_ACCESS_DENIED", "Access to this API has been restricted");
      }
      return compiler.compile(id);
    },
    hasCachedBuiltins: () => true,
    setInternalLoaders(internalBinding: Library["internalBinding"], require: Library["require"]) {
      adopt({ internalBinding, require });
    },
  };
}
