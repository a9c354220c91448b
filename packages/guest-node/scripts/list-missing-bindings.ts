// Prints what Node's library reads from its bindings and a guest neither has nor declares to lack.
import { missingBindings } from "../test/harness/missing-bindings.ts";

const missing = await missingBindings();
for (const name of missing) process.stdout.write(`${name}\n`);
process.stdout.write(`${missing.length} missing\n`);
if (missing.length > 0) process.exitCode = 1;
