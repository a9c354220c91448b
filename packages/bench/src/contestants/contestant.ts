/** How a contestant is set up, as far as the measurements ask for it. */
export type PermissionKind = "preset" | "callback";

/** One way to run programs, ready for use. */
export interface Session extends AsyncDisposable {
  /** Runs a program in a fresh guest and answers what it exported. Rejects when the program failed. */
  run(code: string): Promise<unknown>;
}

export interface Contestant {
  /** Shown in the tables. */
  readonly title: string;
  /** A program that makes `count` calls and exports their number. */
  callsProgram(call: FileCall, count: number): string;
  /** A program that writes so many files of its own. */
  filesProgram(count: number): string;
  /** A program that exports something after `delayMs`. */
  waitingProgram(delayMs: number): string;
  /** It knows no timers: its programs end at once, and its guests live as long as their session. */
  readonly endsAtOnce?: boolean;
  open(): Promise<Session>;
}

export type FileCall = "statSync" | "readFileSync";

/** The file that every contestant has in its in-memory filesystem. */
export const measuredFile: string = "/workspace/file.txt";
export const measuredContent: string = "x".repeat(100);

const calls: Readonly<Record<FileCall, string>> = {
  statSync: `fs.statSync("${measuredFile}")`,
  readFileSync: `fs.readFileSync("${measuredFile}", "utf8")`,
};

/** The programs of contestants whose guests know CommonJS and `node:fs`. */
export const nodePrograms: Pick<Contestant, "callsProgram" | "filesProgram" | "waitingProgram"> = {
  callsProgram: (call, count) =>
    `const fs = require("node:fs");\nfor (let i = 0; i < ${count}; i++) ${calls[call]};\nmodule.exports = ${count};\n`,
  filesProgram: (count) =>
    `const fs = require("node:fs");\nfor (let i = 0; i < ${count}; i++) fs.writeFileSync("/workspace/" + i, "text");\nmodule.exports = ${count};\n`,
  waitingProgram: (delayMs) => `module.exports = 1;\nsetTimeout(() => {}, ${delayMs});\n`,
};
