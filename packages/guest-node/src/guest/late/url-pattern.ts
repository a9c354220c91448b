export { Patterns } from "../url-pattern/patterns.ts";
