import yargs from "yargs";

const parser = yargs()
  .scriptName("tool")
  .locale("en")
  .command("greet <name>", "greets", (of) => of.option("loud", { type: "boolean", default: false }))
  .demandCommand(1)
  .strict();
console.log(await parser.parse("greet Ada --loud"));
await parser.parse("--help", (_error, _argv, output) => console.log(output));
await parser.parse("greet", (error) => console.log(error.message));
