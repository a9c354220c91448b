const Handlebars = require("handlebars");

Handlebars.registerHelper("loud", (text) => text.toUpperCase());
Handlebars.registerPartial("item", "<li>{{name}}{{#if price}}: {{price}}{{/if}}</li>");
const template = Handlebars.compile("<ul>{{#each items}}{{> item}}{{else}}none{{/each}}</ul>{{loud title}} {{{raw}}}");
console.log(template({ title: "<b>", raw: "<i>", items: [{ name: "a & b", price: 3 }, { name: "c" }] }));
console.log(template({ title: "", items: [] }));
try {
  Handlebars.compile("{{#each}}")({});
} catch (error) {
  console.log(error.message.split("\n")[0]);
}
