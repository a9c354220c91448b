export { sqliteBinding } from "../bindings/sqlite.ts";
export { webstorageBinding } from "../bindings/webstorage.ts";
