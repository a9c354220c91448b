import { parse, parseDocument, stringify } from "yaml";

const text = "base: &base\n  port: 80\n  tls: no\nlist:\n  - <<: *base\n    name: a # first\n  - 2024-01-02\n";
console.log(parse(text, { merge: true }));
const document = parseDocument(text);
document.setIn(["base", "port"], 8080);
console.log(String(document));
console.log(stringify({ long: "x".repeat(90), nested: [[1], { a: null }], date: new Date(0) }));
console.log(parseDocument("a: [1, 2").errors[0].code);
