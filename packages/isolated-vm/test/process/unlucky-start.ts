import process from "node:process";

/*
 * Loaded before a cell's entry: a process whose first step into confinement fails, as on a machine that was short of
 * memory at that moment. Everything else of it is as it always is.
 */

const load = process.dlopen.bind(process);

process.dlopen = (module: { exports: Record<string, unknown> }, ...own: unknown[]): void => {
  Reflect.apply(load, process, [module, ...own]);
  if (typeof module.exports["closeInherited"] !== "function") return;
  module.exports["closeInherited"] = () => {
    throw new Error("close_range failed: Cannot allocate memory");
  };
};
