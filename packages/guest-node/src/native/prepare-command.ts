import { inPackage, runsFromSources } from "../package-folder.ts";

/**
 * The command that makes what guests need on this machine, for a person to run. No command of `npx`: a package manager
 * links a name for the packages that an application lists itself, and would fetch a stranger's package of that name.
 */
export function prepareCommand(): string {
  return [process.execPath, inPackage(runsFromSources ? "scripts/prepare.ts" : "dist/prepare.js")].map(quote).join(" ");
}

function quote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `"${path}"`;
}
