const ts = require("typescript");

const source =
  "enum Colour { Red, Green }\nconst x: number = Colour.Green;\nexport const say = (n?: string) => n!.length + x;";
console.log(ts.transpileModule(source, { compilerOptions: { target: "es2020", module: "commonjs" } }).outputText);
const file = ts.createSourceFile("a.ts", source, ts.ScriptTarget.Latest, true);
file.forEachChild((node) => console.log(ts.SyntaxKind[node.kind], node.getText().length));
const host = ts.createCompilerHost({});
host.getSourceFile = (name, target) =>
  name === "b.ts" ? ts.createSourceFile(name, "let n: number = 'x'; n();", target) : undefined;
const program = ts.createProgram(["b.ts"], { noLib: true, types: [] }, host);
for (const { code, messageText } of program.getSemanticDiagnostics()) console.log(code, messageText);
