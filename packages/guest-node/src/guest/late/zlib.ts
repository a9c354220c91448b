export { zlibBinding } from "../bindings/zlib/zlib-binding.ts";
