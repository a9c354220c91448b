// Calls on what stack is left, all the way up from where there is none, and tells what a file holds afterwards.
const fs = require("node:fs");
const others = new Set();
let calls = 0;
let opened = 0;
let overflows = 0;
function go() {
  try {
    go();
  } catch {}
  if (opened > 6) return;
  try {
    fs.openSync(`/o${calls++ % 4}`, "w");
    opened++;
  } catch (error) {
    if (error instanceof RangeError) overflows++;
    else others.add(String(error));
  }
}
go();
module.exports = { overflowed: overflows > 0, others: [...others], content: fs.readFileSync("/s", "utf8") };
