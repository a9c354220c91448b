import { ExecaError, execa } from "execa";

const { stdout, exitCode } = await execa("node", ["-e", "console.log(process.argv.slice(1).join('+'))", "a", "b c"]);
console.log(stdout, exitCode);
const piped = await execa("node", ["-e", "process.stdin.pipe(process.stdout)"], { input: "through a pipe" });
console.log(piped.stdout);
try {
  await execa("node", ["-e", "console.error('sorry'); process.exit(3)"]);
} catch (error) {
  console.log(error instanceof ExecaError, error.exitCode, error.stderr);
}
