export { parse } from "cjs-module-lexer";
