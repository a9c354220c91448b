import { Chalk } from "chalk";

const chalk = new Chalk({ level: 3 });
console.log(JSON.stringify(chalk.red.bold("red", chalk.underline("line"))));
console.log(JSON.stringify(chalk.hex("#0af").bgRgb(1, 2, 3)("colours\nover lines")));
console.log(new Chalk({ level: 0 }).green("plain"));
