export { http2Binding } from "../bindings/http2.ts";
