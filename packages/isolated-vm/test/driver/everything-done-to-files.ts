/** A little of everything that a program does to files; it prints what it is told. */
export const everything = `
const fs = require("fs");
const { join } = require("path");
const told = [];
const tell = (what, action) => {
  try { told.push([what, action() ?? null]); } catch (error) { told.push([what, error.code]); }
};
process.umask(0o027);
tell("mkdir", () => fs.mkdirSync("/work/deep/er", { recursive: true }));
tell("mkdir again", () => fs.mkdirSync("/work"));
process.chdir("/work");
tell("write", () => fs.writeFileSync("file", "text", { mode: 0o666 }));
tell("append", () => fs.appendFileSync("file", " and more"));
tell("exclusive", () => fs.writeFileSync("file", "", { flag: "wx" }));
const fd = fs.openSync("opened", "w+");
const beside = fs.openSync("file", "r");
tell("descriptor", () => fd - beside);
tell("writes", () => [fs.writeSync(fd, "one "), fs.writeSync(fd, "two "), fs.writeSync(fd, "ONE", 0)]);
const middle = Buffer.alloc(3);
tell("read", () => [fs.readSync(fd, middle, 0, 3, 1), middle.toString()]);
tell("read on", () => [fs.readSync(beside, middle), middle.toString(), fs.readSync(beside, middle), middle.toString()]);
tell("truncate", () => fs.ftruncateSync(fd, 6));
tell("attributes", () => [fs.fchmodSync(fd, 0o600), fs.chmodSync("file", 0o640), fs.futimesSync(fd, 1, 2), fs.chownSync("file", 5, 6)].length);
fs.closeSync(beside);
const reused = fs.openSync("deep/reused", "a");
tell("reused", () => reused - beside);
fs.writeSync(reused, "a");
fs.writeSync(reused, "b");
tell("rename", () => fs.renameSync("opened", "deep/moved"));
tell("write after", () => fs.writeSync(fd, "!", 6));
tell("unlink", () => [fs.writeFileSync("gone", "x"), fs.unlinkSync("gone")].length);
tell("links", () => [fs.linkSync("file", "deep/hard"), fs.symlinkSync("../file", "deep/soft")].length);
tell("through", () => fs.readFileSync("deep/soft", "utf8"));
tell("copy", () => fs.copyFileSync("file", "copy"));
tell("rmdir", () => fs.rmdirSync("deep"));
tell("own directory", () => fs.mkdtempSync("/work/own-").length);
tell("list", () => fs.readdirSync("/work").map((name) => name.replace(/^own-.*/, "own")));
tell("stat", () => { const { mode, size, nlink, uid } = fs.statSync("file"); return [mode, size, nlink, uid]; });
tell("missing", () => fs.readFileSync("/none"));
console.log(JSON.stringify(told));
`;
