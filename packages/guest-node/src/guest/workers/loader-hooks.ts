import type { Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import { ReflectConstruct, ReflectDeleteProperty } from "../primordial.ts";

/** What asks a program's own functions how modules are resolved and loaded: there, or by asking the thread where they are. */
type LoaderHooks = object;

interface ModuleLoader {
  register(specifier: string, parentURL: string): unknown;
}

interface EsmLoader extends Record<string, unknown> {
  createModuleLoader(): ModuleLoader;
  getOrInitializeCascadedLoader(hooks?: LoaderHooks): ModuleLoader;
  isCascadedLoaderInitialized(): boolean;
}

const PROXIED = "AsyncLoaderHooksProxiedToLoaderHookWorker";
const LOADERS = "--experimental-loader";

/**
 * Lets a guest begin with functions of its program's that say how modules are loaded: with those of `--experimental-loader`,
 * or as the thread where such functions are run. Node's library makes its loader with them; that of a guest is made already
 * when the guest is told who it is.
 */
export function adoptLoaderHooks(guest: Guest): void {
  const isTheirThread = guest.config.worker?.isInternal === true;
  if (!isTheirThread && guest.options()[LOADERS] === undefined) return;
  const loader = guest.library.require("internal/modules/esm/loader") as EsmLoader;
  if (!loader.isCascadedLoaderInitialized()) return;
  const { getOrInitializeCascadedLoader: made } = loader;
  if (isTheirThread) {
    loader.isCascadedLoaderInitialized = () => false;
    loader.getOrInitializeCascadedLoader = (hooks) => {
      if (hooks !== undefined) giveHooks(guest, made(), hooks);
      return made();
    };
    return;
  }
  let isFirst = true;
  loader.getOrInitializeCascadedLoader = () => {
    if (isFirst) {
      isFirst = false;
      const hooks = hooksOfNewLoader(guest, loader);
      if (hooks !== undefined) giveHooks(guest, made(), hooks);
    }
    return made();
  };
}

/** What the library makes for a loader that begins now: it says what it says then, and begins the thread. */
function hooksOfNewLoader(guest: Guest, loader: EsmLoader): LoaderHooks | undefined {
  const { [PROXIED]: Proxied } = hooksModule(guest);
  let hooks: LoaderHooks | undefined;
  withProxied(
    guest,
    () => {
      hooks = ReflectConstruct(Proxied, []) as LoaderHooks;
      return hooks;
    },
    () => loader.createModuleLoader(),
  );
  return hooks;
}

/** A loader without hooks takes new ones when the first is registered. */
function giveHooks(guest: Guest, loader: ModuleLoader, hooks: LoaderHooks): void {
  setOwn(hooks, "register", () => undefined);
  withProxied(
    guest,
    () => hooks,
    () => loader.register("", ""),
  );
  ReflectDeleteProperty(hooks, "register");
}

/** Has the library find another way to make hooks, while it does something. */
function withProxied(guest: Guest, make: () => LoaderHooks, work: () => unknown): void {
  const module = hooksModule(guest);
  const { [PROXIED]: Proxied } = module;
  module[PROXIED] = function proxied() {
    return make();
  };
  try {
    work();
  } finally {
    module[PROXIED] = Proxied;
  }
}

interface HooksModule extends Record<string, unknown> {
  [PROXIED]: Function;
}

function hooksModule(guest: Guest): HooksModule {
  return guest.library.require("internal/modules/esm/hooks") as HooksModule;
}
