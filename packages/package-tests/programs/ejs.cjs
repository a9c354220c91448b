const ejs = require("ejs");

const template =
  "<% for (const name of names) { -%>\n<li><%= name %></li>\n<% } -%>\n<%- include('tail', { count: names.length }) %>";
const includer = () => ({ template: "<p><%= count %> in all</p>" });
console.log(ejs.render(template, { names: ["<a>", "b"] }, { includer, filename: "/list.ejs" }));
console.log(ejs.render("<?= 1 + 1 ?>", {}, { delimiter: "?" }));
ejs.render("<%= await Promise.resolve(7) %>", {}, { async: true }).then(console.log);
