import ts from "typescript";

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  noUncheckedIndexedAccess: true,
  target: ts.ScriptTarget.ES2024,
  lib: ["lib.es2024.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Auto,
  types: [],
};

const libraries = new Map<string, ts.SourceFile | undefined>();

/** What the compiler says of a program for a guest that has these declarations: `line: message`, each. */
export function checkGuest(declarations: string, program: string): readonly string[] {
  const files = new Map([
    ["/host.d.ts", declarations],
    ["/guest.ts", program],
  ]);
  const host = ts.createCompilerHost(options);
  const readLibrary = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) => {
    const text = files.get(name);
    if (text !== undefined) return ts.createSourceFile(name, text, version);
    if (!libraries.has(name)) libraries.set(name, readLibrary(name, version));
    return libraries.get(name);
  };
  host.fileExists = (name) => files.has(name);
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host));
  return diagnostics.map(({ file, start, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
    const place = file?.fileName === "/guest.ts" ? line : `${file?.fileName}:${line}`;
    return `${place}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

/** What the compiler says of a program that lies in this folder and imports our sources: `line: message`, each. */
export function checkSource(program: string): readonly string[] {
  const path = new URL("checked-source.ts", import.meta.url).pathname;
  const own: ts.CompilerOptions = {
    ...options,
    module: ts.ModuleKind.NodeNext,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    lib: [...(options.lib ?? []), "lib.esnext.iterator.d.ts"],
  };
  const host = ts.createCompilerHost(own);
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) =>
    name === path ? ts.createSourceFile(name, program, version) : readFile(name, version);
  const checked = ts.createProgram([path], own, host);
  const diagnostics = checked.getSemanticDiagnostics(checked.getSourceFile(path));
  return diagnostics.map(({ file, start, messageText }) => {
    const line = (file?.getLineAndCharacterOfPosition(start ?? 0).line ?? -1) + 1;
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

/** What declarations declare: `module name: statement, …` of each module, or the faults of their syntax. */
export function outlineOf(declarations: string): readonly string[] {
  const { diagnostics } = ts.transpileModule(declarations, {
    compilerOptions: options,
    fileName: "/host.ts",
  });
  const faults = (diagnostics ?? []).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
  if (faults.length > 0) return faults;
  return ts.createSourceFile("/host.d.ts", declarations, ts.ScriptTarget.ES2024).statements.map(outline);
}

function outline(statement: ts.Statement): string {
  if (!ts.isModuleDeclaration(statement)) return ts.SyntaxKind[statement.kind];
  const { name, body } = statement;
  const inner = body !== undefined && ts.isModuleBlock(body) ? body.statements.map(nameOfStatement) : [];
  return `${name.text}: ${inner.join(", ")}`;
}

function nameOfStatement(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : "?")).join();
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  return isNamed ? (statement.name?.text ?? "?") : ts.SyntaxKind[statement.kind];
}
