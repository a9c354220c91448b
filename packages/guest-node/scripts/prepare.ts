/**
 * Makes what guests need and this machine has not got: the native helper, and the tables of Node's internals.
 *
 * `--force`: compile the helper in any case. `--install`: one line where the helper cannot be had, and no failure: the
 * installation goes on, and the first guest says the same.
 */
import { compilerRemedy } from "../src/native/cxx-compiler.ts";
import { NativeHelperError } from "../src/native/native-helper-error.ts";
import { prepareCommand } from "../src/native/prepare-command.ts";
import { provideNativeHelper } from "../src/native/provide-native-helper.ts";
import { readNodeTables } from "../src/node-tables-file.ts";
import { runsFromSources } from "../src/package-folder.ts";

const installing = process.argv.includes("--install");

function prepareHelper(): void {
  try {
    const { file, origin } = provideNativeHelper({ force: process.argv.includes("--force") });
    process.stdout.write(`${origin}: ${file}\n`);
  } catch (error) {
    if (!(error instanceof NativeHelperError)) throw error;
    report(error);
  }
}

function report(error: NativeHelperError): void {
  if (installing) process.stderr.write(`${describeInOneLine(error)}\n`);
  else {
    process.stderr.write(`${error.code}: ${error.message}\n`);
    process.exitCode = 1;
  }
}

function describeInOneLine({ code }: NativeHelperError): string {
  const machine = `${process.platform}-${process.arch} and Node ${process.version}`;
  const remedy =
    code === "ERR_NATIVE_COMPILER_MISSING"
      ? `${compilerRemedy()}; then run ${prepareCommand()}`
      : `${prepareCommand()} says why`;
  return `@vivarium/guest-node has no native helper for ${machine}: ${remedy}`;
}

prepareHelper();
// The repository's come with the guest's bundle.
if (!runsFromSources) readNodeTables();
