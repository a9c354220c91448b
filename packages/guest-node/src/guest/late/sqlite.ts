export { sqliteBinding } from "../bindings/sqlite.ts";
