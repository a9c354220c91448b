import { join } from "node:path";
import ts from "typescript";

/**
 * Finds where guest-side code would run what a program has made of an intrinsic, instead of the one captured when the
 * bundle was loaded: methods of built-in prototypes that are called by name, accessors of theirs, iteration by syntax,
 * `await`, and globals that the bundle has not captured.
 */
export interface IntrinsicUse {
  /** `file:line` below the folder of the project. */
  readonly place: string;
  readonly what: string;
}

/** Accessors on a prototype, or found by way of one: an own `length` is none. */
const accessorOwner =
  /^(?:Readonly)?(?:Map|Set)$|^WeakMap$|(?:8|16|32|64|Clamped)Array$|ArrayBuffer$|^DataView$|^RegExp$/;

/** What the iterator, the promise or the generator of the language is asked by syntax alone. */
const syntax: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.SpreadElement, "spread"],
  [ts.SyntaxKind.ForOfStatement, "for-of"],
  [ts.SyntaxKind.ArrayBindingPattern, "destructuring of an iterable"],
  [ts.SyntaxKind.AwaitExpression, "await"],
  [ts.SyntaxKind.YieldExpression, "yield"],
]);

/** Names of methods of collections, which an interface of our own may stand for. */
const collectionMethod = /^(?:get|set|has|delete|add|forEach|push|pop|shift|unshift|splice|map|filter|then|catch)$/;

/** What evaluating a name costs no look at the global object, or nobody can replace. */
const fixedGlobals = new Set(["undefined", "NaN", "Infinity", "globalThis"]);

/** Of which code, and what it may use. */
export interface IntrinsicOptions {
  /** Globals that the bundle has captured. */
  readonly captured: readonly string[];
  /** Paths of modules that are loaded when a program has run: even their own statements are looked at. @default none */
  readonly late?: ReadonlySet<string>;
  /** @default all that the project includes */
  readonly rootNames?: readonly string[];
}

export function findIntrinsicUses(
  configFile: string,
  { captured, late = new Set(), rootNames }: IntrinsicOptions,
): readonly IntrinsicUse[] {
  const { config } = ts.readConfigFile(configFile, ts.sys.readFile);
  const folder = join(configFile, "..");
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const options = { ...parsed.options, customConditions: ["@vivarium/source"] };
  const program = ts.createProgram(rootNames ?? parsed.fileNames, options);
  const checker = program.getTypeChecker();
  const uses: IntrinsicUse[] = [];
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || !(rootNames ?? parsed.fileNames).includes(file.fileName)) continue;
    visit(file, (node) => {
      const isFirst = !runsLater(node);
      if (isFirst && !late.has(file.fileName)) return;
      const what =
        intrinsicOf(node, program, checker, captured) ?? (isFirst ? captureOf(node, program, checker) : undefined);
      if (what === undefined) return;
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      uses.push({ place: `${file.fileName.slice(folder.length + 1)}:${line + 1}`, what });
    });
  }
  return uses;
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  node.forEachChild((child) => visit(child, look));
}

/** A module's own statements run while the bundle is loaded, before any program. */
function runsLater(node: ts.Node): boolean {
  return ts.findAncestor(node, (outer) => ts.isFunctionLike(outer) || ts.isPropertyDeclaration(outer)) !== undefined;
}

function isBuiltIn(symbol: ts.Symbol, program: ts.Program): boolean {
  const files = symbol.declarations?.map((declared) => declared.getSourceFile()) ?? [];
  return files.some((file) => program.isSourceFileDefaultLibrary(file) || file.fileName.includes("/node_modules/"));
}

function intrinsicOf(
  node: ts.Node,
  program: ts.Program,
  checker: ts.TypeChecker,
  captured: readonly string[],
): string | undefined {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    const key = ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
    return memberOf(node, checker.getSymbolAtLocation(key), program, checker);
  }
  if (ts.isIdentifier(node) && !isMemberName(node) && ts.findAncestor(node, ts.isTypeNode) === undefined) {
    const symbol = checker.getSymbolAtLocation(node);
    const isGlobal = symbol !== undefined && isBuiltIn(symbol, program) && ownerOf(symbol, checker) === undefined;
    if (isGlobal && !captured.includes(symbol.name) && !fixedGlobals.has(symbol.name)) return `global ${symbol.name}`;
  }
  if (ts.isNewExpression(node)) return constructionOf(node, checker);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) return "instanceof";
  return syntax.get(node.kind);
}

/** What a module keeps of an intrinsic as it is loaded: too late, when a program has run. */
function captureOf(node: ts.Node, program: ts.Program, checker: ts.TypeChecker): string | undefined {
  const [owner, member] = ts.isPropertyAccessExpression(node)
    ? [node.expression, node.name]
    : ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)
      ? [node.parent, node.propertyName ?? node.name]
      : [];
  if (owner === undefined || member === undefined) return undefined;
  const { symbol } = checker.getTypeAtLocation(owner);
  // An own `length`, and a `prototype` that nobody can replace, are as they were.
  const isFixed = ["length", "prototype"].includes(member.getText());
  if (isFixed || symbol === undefined || !isBuiltIn(symbol, program)) return undefined;
  return `keep ${symbol.name}.${member.getText()}`;
}

function isMemberName(node: ts.Identifier): boolean {
  return ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
}

/** Of a list, a collection is filled by its prototype's own method, and a typed array by the list's iterator. */
function constructionOf(node: ts.NewExpression, checker: ts.TypeChecker): string | undefined {
  const [given] = node.arguments ?? [];
  const name = node.expression.getText();
  if (given === undefined || !/^(?:Weak)?(?:Map|Set)$|^\w+\d+\w*Array$/.test(name)) return undefined;
  const type = checker.getTypeAtLocation(given);
  const isList = checker.isArrayType(type) || checker.isTupleType(type);
  return isList || !name.endsWith("Array") ? `new ${name}(list)` : undefined;
}

function ownerOf(symbol: ts.Symbol, checker: ts.TypeChecker): string | undefined {
  const parent = symbol.declarations?.[0]?.parent;
  if (parent === undefined) return undefined;
  if (ts.isInterfaceDeclaration(parent) || ts.isClassDeclaration(parent)) return parent.name?.text;
  return ts.isTypeLiteralNode(parent) ? checker.typeToString(checker.getTypeAtLocation(parent)) : undefined;
}

function memberOf(
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  symbol: ts.Symbol | undefined,
  program: ts.Program,
  checker: ts.TypeChecker,
): string | undefined {
  if (symbol === undefined) return undefined;
  const isCalled = ts.isCallExpression(node.parent) && node.parent.expression === node;
  const owner = ownerOf(symbol, checker) ?? "";
  if (!isBuiltIn(symbol, program)) {
    const isSignature = symbol.declarations?.some(ts.isMethodSignature) === true;
    return isCalled && isSignature && collectionMethod.test(symbol.name) ? `call ${owner}.${symbol.name}` : undefined;
  }
  if (isCalled) return `call ${owner}.${symbol.name}`;
  return accessorOwner.test(owner) ? `read ${owner}.${symbol.name}` : undefined;
}
