export { cryptoBinding } from "../bindings/crypto/crypto-binding.ts";
export { CryptoLink } from "../bindings/crypto/crypto-link.ts";
