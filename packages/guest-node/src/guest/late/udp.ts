export { udpWrapBinding } from "../bindings/udp-wrap.ts";
