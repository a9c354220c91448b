/** Of the names in a `node_modules` that begin with a dot, those that packages are found by. */
const shownInModules: ReadonlySet<string> = new Set([".bin", ".pnpm", ".store"]);

/** What a package never publishes, or should not: its history, and what secrets are kept in. */
const hiddenInPackage = /^(?:\.git|\.hg|\.svn|\.npmrc|\.yarnrc(?:\.yml)?|\.env(?:\..*)?)$/;

/** Whether a name in the directory `parent` is shown to guests; `isLinked`: of a package that is linked to. */
export function isShown(parent: string, name: string, isLinked: boolean): boolean {
  if (parent === "node_modules") return !name.startsWith(".") || shownInModules.has(name);
  return !isLinked || !hiddenInPackage.test(name);
}
