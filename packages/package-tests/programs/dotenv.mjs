import dotenv from "dotenv";

console.log(dotenv.parse("PLAIN=1\n# comment\nQUOTED=\"two\\nlines\"\nexport SHELL_STYLE='$HOME' # end\nEMPTY=\n"));
const target = { TAKEN: "mine" };
dotenv.populate(target, dotenv.parse("TAKEN=yours\nNEW=1"));
console.log(target);
