import { dump, load, loadAll } from "js-yaml";

console.log(load("a: 0x1F\nb: [on, ~, 1.5]\nc: |\n  two\n  lines\n"));
console.log(dump({ z: [undefined, { k: "v: w" }], text: "many\nlines" }, { skipInvalid: true, sortKeys: true }));
console.log(loadAll("---\n1\n---\ntwo\n").length);
try {
  load("a: 'open");
} catch (error) {
  console.log(error.name, error.mark.line);
}
