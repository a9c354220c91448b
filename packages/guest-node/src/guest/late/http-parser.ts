export { httpParserBinding } from "../bindings/http-parser.ts";
