import { parse as parseStream } from "csv-parse";
import { parse } from "csv-parse/sync";

console.log(parse('a;b\n1;"two ""quoted"" lines\nhere"\n', { columns: true, delimiter: ";" }));
const parser = parseStream({ cast: true, from_line: 2 });
parser.end("x,y\n1,2\n3,text\n");
for await (const record of parser) console.log(record);
try {
  parse("a,b\n1\n");
} catch (error) {
  console.log(error.code, error.lines);
}
