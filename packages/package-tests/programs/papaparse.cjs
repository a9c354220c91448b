const Papa = require("papaparse");

const { data, errors, meta } = Papa.parse('name,age\nAda,36\n"A, B",x\nlast\n', {
  header: true,
  dynamicTyping: true,
  skipEmptyLines: true,
});
console.log(data, errors, meta.fields);
console.log(
  Papa.unparse([
    { a: 1, b: 'quote "' },
    { a: null, b: "x,y" },
  ]),
);
