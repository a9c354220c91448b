import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface CommandResult {
  readonly code: number;
  readonly output: string;
}

/**
 * Somebody's application, outside of the repository and with nothing of its tools at hand: a folder, Node, npm and what
 * the machine has.
 */
export class Stranger {
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#environment = environment;
  }

  static settle(folder: string, files: Readonly<Record<string, string>>): Stranger {
    mkdirSync(join(folder, "bin"), { recursive: true });
    symlinkSync(process.execPath, join(folder, "bin/node"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const machine = (process.env["PATH"] ?? "").split(delimiter).filter((entry) => !entry.includes("node_modules"));
    const environment = { ...withoutErrand(process.env), PATH: [join(folder, "bin"), ...machine].join(delimiter) };
    return new Stranger(folder, environment);
  }

  /** The same application where nothing but Node, npm and a shell is on the path, and nothing is downloaded. */
  withoutCompiler(): Stranger {
    const poor = join(this.folder, "poor-bin");
    mkdirSync(poor);
    for (const name of ["node", "npm", "sh"]) symlinkSync(this.#which(name), join(poor, name));
    return new Stranger(this.folder, { ...this.#environment, PATH: poor, CXX: "", VIVARIUM_NO_DOWNLOAD: "1" });
  }

  /** Runs a command line in the application's folder. */
  run(command: string): CommandResult {
    const result = spawnSync(command, { cwd: this.folder, env: this.#environment, shell: true, encoding: "utf8" });
    return { code: result.status ?? 1, output: `${result.stdout}${result.stderr}` };
  }

  /** Where a package lies, whatever the package manager has made of `node_modules`. */
  locate(name: string): string {
    for (const place of ["node_modules", "node_modules/.pnpm/node_modules"]) {
      try {
        const folder = realpathSync(join(this.folder, place, name));
        readFileSync(join(folder, "package.json"));
        return folder;
      } catch {
        // The next place.
      }
    }
    throw new Error(`${name} is not installed in ${this.folder}`);
  }

  #which(name: string): string {
    return realpathSync(this.run(`command -v ${name}`).output.trim());
  }
}

/** Whoever runs this may be a script of pnpm, which says so in the environment. */
function withoutErrand(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const errand =
    /^(?:npm_(?:package_|lifecycle_|execpath|command|node_execpath)|pnpm_|NODE_OPTIONS$|NODE_PATH$|INIT_CWD$|CXX$)/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !errand.test(name)));
}
