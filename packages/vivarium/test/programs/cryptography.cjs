// Asks for cryptography of every kind whose results are the same each time, or that undo each other, and prints what comes
// of it. The same program runs in Node and in a guest.
const crypto = require("node:crypto");
const { promisify } = require("node:util");

const { subtle } = globalThis.crypto;
const print = (...values) => process.stdout.write(`${values.join(" ")}\n`);
const failure = ({ name, code, message, opensslErrorStack = "", library = "", reason = "" }) =>
  print(name, code, message, opensslErrorStack, library, reason);
const hex = (bytes) => Buffer.from(bytes).toString("hex");

function attempt(name, action) {
  try {
    print(name, action());
  } catch (error) {
    failure(error);
  }
}

function throws(action) {
  try {
    action();
    return false;
  } catch {
    return true;
  }
}

function digests() {
  attempt("hash", () =>
    crypto.createHash("sha256").update("abc").update(Buffer.from("d")).update("6a", "hex").digest("hex"),
  );
  attempt("copy", () => crypto.createHash("sha1").update("abc").copy().update("d").digest("base64"));
  attempt("shake", () => crypto.createHash("shake128", { outputLength: 40 }).update("abc").digest("latin1").length);
  attempt("one step", () => crypto.hash("md5", "abc") + crypto.hash("sha512", Buffer.from("abc"), "base64"));
  attempt("hmac", () => crypto.createHmac("sha384", crypto.createSecretKey("ab", "hex")).update("data").digest("hex"));
  attempt("unknown", () => crypto.createHash("none of them"));
  attempt("unknown", () => crypto.createHmac("none of them", "key"));
  const done = crypto.createHash("md5");
  done.digest();
  attempt("twice", () => done.digest());
  attempt("after", () => done.update("more"));
  attempt("equal", () => crypto.timingSafeEqual(Buffer.from("a"), new Uint8Array([97])));
  attempt("unequal", () => crypto.timingSafeEqual(Buffer.from("ab"), Buffer.from("a")));
  attempt("no bytes", () => crypto.timingSafeEqual("a", "a"));
  print(crypto.getHashes().length, crypto.getCiphers().length, crypto.getCurves().length);
}

/** Of few bytes, again and again: a guest asks for the result alone. */
function digestsAgain() {
  for (const name of ["md5", "sha1", "sha256", "sha384", "sha512", "sha512-256"]) {
    for (const encoding of [undefined, "hex", "base64", "base64url", "latin1", "buffer", "none of them"]) {
      const pieces = [Buffer.from("ab"), "cd", new Uint16Array([1, 2]), Buffer.alloc(0)];
      const hash = crypto.createHash(name);
      for (const piece of pieces) hash.update(piece);
      const result = hash.digest(encoding);
      print(name, encoding, typeof result, typeof result === "string" ? result : hex(result));
    }
  }
  attempt("nothing", () => crypto.createHash("sha256").digest("hex"));
  for (const length of [4095, 4096, 4097, 100_000]) {
    const hash = crypto.createHash("sha256").update("a");
    print(
      length,
      hash
        .update(Buffer.alloc(length - 1, 1))
        .copy()
        .update("b")
        .digest("hex"),
      hash.digest("hex"),
    );
  }
  const bytes = Buffer.from("held");
  const hash = crypto.createHash("sha256").update(bytes);
  bytes.fill(0);
  attempt("changed since", () => hash.digest("hex"));
  attempt("twice", () => hash.digest());
  attempt("after", () => hash.update("more"));
  attempt("copy after", () => hash.copy());
  const whole = crypto.createHash("sha256").on("data", (result) => print("whole", hex(result)));
  whole.end("text");
  const over = crypto.createHash("sha256").on("data", (result) => print("over", hex(result)));
  over.digest("hex");
  over.end();
}

/** Last of all: in Node it leaves an error behind, which the next operation may tell as its own. */
function writesLate() {
  const streamed = crypto.createHash("sha256").on("error", failure);
  streamed.digest("hex");
  streamed.write("late");
}

function ciphers() {
  const [key, vector] = [Buffer.alloc(32, 1), Buffer.alloc(12, 2)];
  for (const name of ["aes-256-gcm", "chacha20-poly1305"]) {
    const cipher = crypto.createCipheriv(name, key, vector, { authTagLength: 16 }).setAAD(Buffer.from("beside"));
    const sealed = Buffer.concat([cipher.update("text", "utf8"), cipher.final()]);
    print(name, hex(sealed), hex(cipher.getAuthTag()));
    const opened = crypto.createDecipheriv(name, key, vector, { authTagLength: 16 }).setAAD(Buffer.from("beside"));
    opened.setAuthTag(cipher.getAuthTag());
    print(opened.update(sealed, undefined, "utf8") + opened.final("utf8"));
    const forged = crypto.createDecipheriv(name, key, vector, { authTagLength: 16 }).setAuthTag(Buffer.alloc(16));
    attempt("forged", () => forged.update(sealed) && forged.final());
  }
  for (const name of ["aes-256-cbc", "aes-256-ctr", "des-ede3-cbc"]) {
    const { keyLength, ivLength } = crypto.getCipherInfo(name);
    const cipher = crypto.createCipheriv(name, Buffer.alloc(keyLength, 1), Buffer.alloc(ivLength, 2));
    print(name, cipher.update("some text", "utf8", "hex") + cipher.final("hex"));
    attempt("after", () => cipher.update("more"));
  }
  attempt("short", () => crypto.createCipheriv("aes-128-cbc", Buffer.alloc(3), Buffer.alloc(16)));
  attempt("unknown", () => crypto.createCipheriv("none of them", key, vector));
  attempt("info", () => JSON.stringify(crypto.getCipherInfo("aes-128-gcm")));
}

function keys() {
  const pairs = {
    rsa: { modulusLength: 1024 },
    ec: { namedCurve: "P-256" },
    ed25519: {},
    x25519: {},
    "rsa-pss": { modulusLength: 1024 },
  };
  for (const [type, options] of Object.entries(pairs)) {
    const { publicKey, privateKey } = crypto.generateKeyPairSync(type, options);
    print(
      type,
      publicKey.type,
      privateKey.type,
      privateKey.asymmetricKeyType,
      Object.keys(privateKey.asymmetricKeyDetails),
    );
    const pem = privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "word" });
    print(crypto.createPrivateKey({ key: pem, passphrase: "word" }).equals(privateKey));
    // What is left when it is undone with another word is as good as random, and so is what OpenSSL says of it.
    print(throws(() => crypto.createPrivateKey({ key: pem, passphrase: "another" })));
    attempt("no word", () => crypto.createPrivateKey(pem));
    const der = publicKey.export({ type: "spki", format: "der" });
    print(crypto.createPublicKey({ key: der, type: "spki", format: "der" }).equals(publicKey));
    attempt("web key", () => Object.keys(privateKey.export({ format: "jwk" })));
    if (type === "x25519") print(hex(crypto.diffieHellman({ publicKey, privateKey })).length);
    else
      print(
        crypto.verify(
          type === "ed25519" ? null : "sha256",
          "x",
          publicKey,
          crypto.sign(type === "ed25519" ? null : "sha256", Buffer.from("x"), privateKey),
        ),
      );
  }
  attempt("no key", () => crypto.createPrivateKey("-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----"));
  attempt("no key", () => crypto.createPublicKey({ key: { kty: "RSA", n: 1, e: "AQAB" }, format: "jwk" }));
  attempt("no key", () => crypto.createPublicKey({ key: Buffer.alloc(10), type: "spki", format: "der" }));
  attempt("no curve", () => crypto.generateKeyPairSync("ec", { namedCurve: "none of them" }));
  attempt("secret", () => crypto.createSecretKey(Buffer.from("abc")).export().toString());
  attempt("secret", () => crypto.generateKeySync("aes", { length: 192 }).symmetricKeySize);
}

async function derived() {
  attempt("scrypt", () => hex(crypto.scryptSync("word", "salt", 32, { N: 1024 })));
  attempt("scrypt", () => crypto.scryptSync("word", "salt", 32, { N: 2 ** 20 }));
  attempt("pbkdf2", () => hex(crypto.pbkdf2Sync("word", "salt", 1_000, 32, "sha512")));
  attempt("hkdf", () => hex(crypto.hkdfSync("sha256", "key", "salt", "info", 20)));
  attempt("hkdf", () => crypto.hkdfSync("none of them", "key", "salt", "info", 20));
  print(hex(await promisify(crypto.scrypt)("word", "salt", 32)));
  print(hex(await promisify(crypto.pbkdf2)("word", "salt", 1_000, 32, "sha256")));
  print(hex(await promisify(crypto.hkdf)("sha256", "key", "salt", "info", 20)));
  const [one, other] = [crypto.createECDH("secp256k1"), crypto.createECDH("secp256k1")];
  one.generateKeys();
  other.generateKeys();
  print(one.computeSecret(other.getPublicKey()).equals(other.computeSecret(one.getPublicKey())));
  attempt("no point", () => one.computeSecret(Buffer.alloc(33)));
  const group = crypto.getDiffieHellman("modp14");
  print(group.verifyError, group.getPrime("hex").length, group.getGenerator("hex"));
  print(crypto.checkPrimeSync(7n), await promisify(crypto.checkPrime)(8n));
}

async function ofTheWeb() {
  print(hex(await subtle.digest("SHA-256", Buffer.from("abc"))));
  const mac = await subtle.importKey("raw", Buffer.from("key"), { name: "HMAC", hash: "SHA-256" }, true, [
    "sign",
    "verify",
  ]);
  const signature = await subtle.sign("HMAC", mac, Buffer.from("data"));
  print(
    hex(signature),
    await subtle.verify("HMAC", mac, signature, Buffer.from("data")),
    JSON.stringify(await subtle.exportKey("jwk", mac)),
  );
  const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-384" }, false, ["sign", "verify"]);
  print(
    Object.keys(pair),
    pair.privateKey.extractable,
    pair.publicKey.usages,
    (await subtle.exportKey("spki", pair.publicKey)).byteLength,
  );
  await subtle.exportKey("pkcs8", pair.privateKey).catch(failure);
  for (const name of ["AES-GCM", "AES-CBC"]) {
    const key = await subtle.generateKey({ name, length: 256 }, true, ["encrypt", "decrypt"]);
    const sealed = await subtle.encrypt({ name, iv: Buffer.alloc(16) }, key, Buffer.from("text"));
    print(name, Buffer.from(await subtle.decrypt({ name, iv: Buffer.alloc(16) }, key, sealed)), key.algorithm.length);
    await subtle.decrypt({ name, iv: Buffer.alloc(16) }, key, Buffer.alloc(33)).catch(failure);
  }
  const base = await subtle.importKey("raw", Buffer.from("word"), "PBKDF2", false, ["deriveBits"]);
  print(
    hex(
      await subtle.deriveBits(
        { name: "PBKDF2", hash: "SHA-256", salt: Buffer.from("salt"), iterations: 10 },
        base,
        128,
      ),
    ),
  );
  const rsa = await subtle.generateKey(
    { name: "RSA-OAEP", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-1" },
    true,
    ["encrypt", "decrypt"],
  );
  const sealed = await subtle.encrypt("RSA-OAEP", rsa.publicKey, Buffer.from("text"));
  print(Buffer.from(await subtle.decrypt("RSA-OAEP", rsa.privateKey, sealed)));
}

/** A clone is another object of the same key: what a program has put on the first is not on it. */
async function clones() {
  const { privateKey, publicKey } = crypto.generateKeyPairSync("ed25519");
  const secret = crypto.createSecretKey(Buffer.from("0123456789abcdef"));
  for (const key of [secret, publicKey, privateKey]) {
    key.own = "a property";
    const [clone, again] = structuredClone([key, key]);
    print(clone === key, clone === again, clone.own, clone.constructor.name, clone.type, clone.equals(key));
    print(Object.getPrototypeOf(clone) === Object.getPrototypeOf(key), clone.asymmetricKeyType, clone.symmetricKeySize);
  }
  const signature = crypto.sign(null, Buffer.from("text"), structuredClone(privateKey));
  print(crypto.verify(null, Buffer.from("text"), structuredClone(publicKey), signature));
  const certificate = new crypto.X509Certificate(require("node:tls").rootCertificates[0]);
  const copy = structuredClone(certificate);
  print(copy === certificate, copy.constructor.name, copy.fingerprint === certificate.fingerprint);
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt"]);
  key.own = "a property";
  const ofTheWeb = structuredClone(key);
  print(ofTheWeb === key, ofTheWeb.own, ofTheWeb.algorithm === key.algorithm, ofTheWeb.usages === key.usages);
  print(ofTheWeb, ofTheWeb instanceof CryptoKey);
  attempt("transfer", () => structuredClone(secret, { transfer: [secret] }));
}

/** Warned of where no length was said of it: the handler is called later. */
function shortTags() {
  const [key, vector, tag] = [32, 16, 12].map((size) => Buffer.alloc(size));
  process.on("warning", ({ name, code, message }) => print(name, code, message));
  crypto.createDecipheriv("aes-256-gcm", key, vector).setAuthTag(tag);
  crypto.createDecipheriv("aes-256-gcm", key, vector, { authTagLength: 12 }).setAuthTag(tag);
  crypto.createDecipheriv("aes-256-gcm", key, vector).setAuthTag(Buffer.alloc(16));
}

/** OpenSSL has no provider for it. */
function fips() {
  for (const value of [false, 0, undefined]) crypto.setFips(value);
  print(crypto.getFips(), crypto.createHash("sha256").update("").digest("hex"));
}

shortTags();
fips();
digests();
digestsAgain();
ciphers();
keys();
derived().then(ofTheWeb).then(clones).then(writesLate);
