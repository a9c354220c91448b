const { generateKeyPairSync } = require("node:crypto");
const jwt = require("jsonwebtoken");

const fixed = { subject: "ada", noTimestamp: true };
const token = jwt.sign({ role: "admin" }, "a secret", fixed);
console.log(token);
console.log(jwt.verify(token, "a secret"));
for (const [text, secret] of [
  [token, "another"],
  [`${token.slice(0, -4)}AAAA`, "a secret"],
]) {
  try {
    jwt.verify(text, secret);
  } catch (error) {
    console.log(error.name, error.message);
  }
}
const late = jwt.sign({ exp: 1 }, "a secret", { noTimestamp: true });
console.log(jwt.decode(late, { complete: true }).header);
try {
  jwt.verify(late, "a secret");
} catch (error) {
  console.log(error.name, error.expiredAt.toISOString());
}
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
console.log(jwt.verify(jwt.sign({ a: 1 }, privateKey, { algorithm: "RS256", noTimestamp: true }), publicKey));
