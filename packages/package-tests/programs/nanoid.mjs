import { customAlphabet, customRandom, nanoid, urlAlphabet } from "nanoid";

const seen = new Set(Array.from({ length: 1000 }, () => nanoid()));
console.log(
  seen.size,
  [...seen].every((id) => /^[\w-]{21}$/.test(id)),
);
console.log(/^[01]{64}$/.test(customAlphabet("01", 64)()));
let next = 0;
console.log(customRandom(urlAlphabet, 12, (size) => Uint8Array.from({ length: size }, () => next++))());
