import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NativeHelperError } from "./native-helper-error.ts";

/** A package that a build needs for the moment. */
export interface NpmPackage {
  readonly name: string;
  /** Exact. */
  readonly version: string;
  /** The hash of its tarball, as in a lockfile; without it npm's own word is taken. */
  readonly integrity?: string;
}

const mostMilliseconds = 10 * 60_000;

/** Packages that are fetched with the user's own npm, as it is set up here, into a folder that goes with this object. */
export class NpmPackages {
  #folder: string | undefined;

  /** Whether npm may be asked: not where `VIVARIUM_NO_DOWNLOAD` is set. */
  static get allowed(): boolean {
    return (process.env["VIVARIUM_NO_DOWNLOAD"] ?? "") === "";
  }

  /**
   * The folder of a package. No script of it is run.
   *
   * @throws {NativeHelperError} `ERR_NATIVE_DOWNLOAD_FAILED`
   */
  fetch(wanted: NpmPackage): string {
    const { name, version, integrity } = wanted;
    const refuse = (why: string): never => {
      throw new NativeHelperError("ERR_NATIVE_DOWNLOAD_FAILED", `Cannot fetch ${name}@${version}: ${why}`);
    };
    if (!NpmPackages.allowed) refuse("VIVARIUM_NO_DOWNLOAD is set");
    const project = join(this.scratch(), name.replace("/", "-"));
    mkdirSync(project, { recursive: true });
    writeProject(project, wanted);
    const verb = integrity === undefined ? ["install", "--no-package-lock"] : ["ci"];
    const result = spawnSync("npm", [...verb, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: project,
      env: npmEnvironment(process.env),
      encoding: "utf8",
      timeout: mostMilliseconds,
    });
    if (result.status !== 0) refuse(result.error?.message ?? `npm said: ${result.stderr.trim()}`);
    return join(project, "node_modules", name);
  }

  /** A folder for whatever else the build needs for the moment. */
  scratch(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), "vivarium-build-"));
    return this.#folder;
  }

  [Symbol.dispose](): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}

function writeProject(folder: string, { name, version, integrity }: NpmPackage): void {
  const dependencies = { [name]: version };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  if (integrity === undefined) return;
  const packages = { "": { dependencies }, [`node_modules/${name}`]: { version, integrity } };
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, requires: true, packages }));
}

/**
 * The environment without what an outer npm has put there about its own errand: an installation with `--global` would
 * otherwise make this one global too. What says where packages come from stays.
 */
export function npmEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const errand = new RegExp(
    "^npm_(?:package_|lifecycle_|command$|config_(?:global|location|prefix|local_prefix|global_prefix|dry_run|" +
      "ignore_scripts|install_strategy|omit|only|include|package_lock|package_lock_only|save.*|workspaces?|" +
      "include_workspace_root|before|node_gyp)$)",
    "i",
  );
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !errand.test(name.replaceAll("-", "_"))));
}
