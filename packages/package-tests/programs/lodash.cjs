const _ = require("lodash");

const people = [
  { name: "Ada", born: 1815 },
  { name: "Alan", born: 1912 },
  { name: "Grace", born: 1906 },
];
console.log(_.sortBy(people, "born").map(({ name }) => name));
console.log(_.groupBy(people, ({ born }) => Math.floor(born / 100)));
console.log(_.merge({ a: { b: [1, 2] } }, { a: { b: [3], c: _.camelCase("some words here") } }));
console.log(_.isEqual(_.cloneDeep(new Map([[1, new Set([2])]])), new Map([[1, new Set([2])]])));
console.log(_.template("<% for (const x of list) { %>[<%- x %>]<% } %>")({ list: ["<", "b"] }));
