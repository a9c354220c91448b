export { wasiBinding } from "../bindings/wasi.ts";
