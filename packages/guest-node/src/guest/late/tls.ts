export { secureContextClass } from "../bindings/secure-context.ts";
export { tlsWrapBinding } from "../bindings/tls-wrap.ts";
