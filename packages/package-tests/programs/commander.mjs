import { Command } from "commander";

const program = new Command("tool").description("does things").version("1.2.3").exitOverride();
program
  .command("add")
  .argument("<numbers...>", "what to add", (value, before = []) => [...before, Number(value)])
  .option("-r, --round <digits>", "digits", "2")
  .action((numbers, { round }) => console.log(numbers.reduce((a, b) => a + b, 0).toFixed(round)));
await program.parseAsync(["add", "1.005", "2", "--round", "3"], { from: "user" });
console.log(program.helpInformation());
try {
  program.parse(["subtract"], { from: "user" });
} catch (error) {
  console.log(error.code, error.exitCode);
}
