import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CryptoObjects } from "../src/cryptography/crypto-objects.ts";
import { CallFailure } from "../src/system-calls/call-failure.ts";
import { CryptoGuest, encodeOperands, Kept } from "./support/crypto-guest.ts";

const bytes = (length: number): Uint8Array => new Uint8Array(length);
const refused = new CallFailure("EINVAL");
const unknown = new CallFailure("EBADF");
const [SECRET, PUBLIC, PRIVATE] = [0, 1, 2];
const [DER, PEM, STORE] = [0, 1, 6];
const SPKI = 2;
const SIGN = 0;
const [RSA, RSA_PSS] = [0, 1];
/** A pair of keys that stays in the kernel. */
const WITHOUT_FORMAT = Array<undefined>(6).fill(undefined);
const rsa = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

function keysOf(guest: CryptoGuest) {
  return {
    secret: guest.make("KeyObjectHandle", SECRET, bytes(32)),
    open: guest.make("KeyObjectHandle", PUBLIC, Buffer.from(rsa.publicKey), PEM, null, null, null),
    own: guest.make("KeyObjectHandle", PRIVATE, Buffer.from(rsa.privateKey), PEM, null, null, null),
  };
}

describe("cryptography beside a guest", () => {
  it("does what Node's binding does, with keys that stay in the kernel", () => {
    const guest = new CryptoGuest();
    const { own, open } = keysOf(guest);
    const signing = guest.make("Sign", "sha256");
    const verifying = guest.make("Verify", "sha256");
    for (const object of [signing, verifying]) guest.engine.update(object.number, Buffer.from("text"));
    const [, signature] = guest.ask(signing, "sign", own, null, null, null, null, undefined, undefined, 0);
    expect(guest.ask(verifying, "verify", open, null, null, null, null, signature, undefined, undefined, 0)).toEqual([
      true,
      true,
    ]);
  });

  it("tells a failure as Node's binding tells it, and nothing else of the error", () => {
    const guest = new CryptoGuest();
    expect(guest.ask(undefined, "new ECDH", "none of them")).toEqual([
      false,
      { kind: "TypeError", message: "Invalid EC curve name", properties: { code: "ERR_CRYPTO_INVALID_CURVE" } },
    ]);
  });

  it.each<[string, string, ...unknown[]]>([
    ["fails", "ScryptJob", bytes(1), bytes(1), 2 ** 22, 8, 1, 2 ** 40, 16],
    ["succeeds", "certVerifySpkac", bytes(1)],
    ["answers nothing", "getCipherInfo", 2 ** 20],
  ])("tells no guest of what OpenSSL said to another, whose operation %s", (_, name, ...operands) => {
    const [guest, other] = [new CryptoGuest(), new CryptoGuest()];
    other.ask(undefined, name, ...operands);
    expect(keysOf(guest).own).toBeInstanceOf(Kept);
  });

  it("knows no object that it has not made, or has closed", async () => {
    const guest = new CryptoGuest();
    const hash = guest.make("Hash", "md5", undefined);
    guest.engine.close(hash.number);
    guest.engine.close(hash.number);
    for (const number of [hash.number, hash.number + 1, -1, 2 ** 40]) {
      expect(() => guest.ask(new Kept(number), "digest")).toThrow(unknown);
      expect(() => guest.engine.update(number, bytes(1))).toThrow(unknown);
      expect(() => guest.engine.job(number, () => true)).toThrow(unknown);
    }
    expect(() => guest.ask(undefined, "new Hash", new Kept(77), undefined)).toThrow(refused);
    expect(() => new CryptoGuest().ask(hash, "digest")).toThrow(unknown);
  });

  it("does no job twice, and no object that is none", () => {
    const guest = new CryptoGuest();
    const job = guest.make("PBKDF2Job", bytes(1), bytes(1), 1, 16, "sha1");
    expect(guest.engine.job(job.number, () => true)).toBeInstanceOf(Uint8Array);
    expect(() => guest.engine.job(job.number, () => true)).toThrow(unknown);
    expect(() => guest.engine.job(guest.make("Hash", "md5").number, () => true)).toThrow(refused);
    expect(() => guest.engine.update(guest.make("ECDH", "prime256v1").number, bytes(1))).toThrow(refused);
  });

  it.each([
    "constructor",
    "__proto__",
    "toString",
    "new constructor",
    "new Object",
    "secureBuffer",
    "Job",
    "new Job",
    "getRandomValues",
    "setEngine",
    "resetRootCertStore",
  ])("has no operation %j", (name) => {
    expect(() => new CryptoGuest().ask(undefined, name)).toThrow(refused);
  });

  // Node's binding ends its process for each of these.
  it.each<[string, (keys: ReturnType<typeof keysOf>) => [Kept | undefined, string, ...unknown[]]]>([
    ["a digest of a number", () => [undefined, "new Hash", 7, undefined]],
    ["a secret key of no bytes at all", () => [undefined, "new KeyObjectHandle", SECRET, "text"]],
    ["a public key of too few operands", () => [undefined, "new KeyObjectHandle", PUBLIC, bytes(9), DER, null, null]],
    ["a key of another type", () => [undefined, "new KeyObjectHandle", 3, bytes(1)]],
    ["a public key in no encoding", () => [undefined, "new KeyObjectHandle", PUBLIC, bytes(9), DER, null, null, null]],
    [
      "a private key of a public one",
      ({ open }) => [undefined, "new KeyObjectHandle", PRIVATE, open, null, null, null, null],
    ],
    ["the size of a public key", ({ open }) => [open, "getSymmetricKeySize"]],
    ["details of a secret key", ({ secret }) => [secret, "keyDetail"]],
    ["the curve of a key that has none", ({ own }) => [own, "checkEcKeyData"]],
    ["a secret key beside a public one", ({ secret, open }) => [open, "equals", secret]],
    ["a private key written as a public one", ({ own }) => [own, "export", DER, SPKI, null, null]],
    [
      "a signature by a public key",
      ({ open }) => [
        undefined,
        "SignJob",
        0,
        open,
        null,
        null,
        null,
        null,
        bytes(1),
        "sha256",
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
      ],
    ],
    ["a MAC by a private key", ({ own }) => [undefined, "new Hmac", "sha256", own]],
    [
      "a decryption by a public key",
      ({ open }) => [undefined, "RSACipherJob", 1, open, bytes(1), 2, "sha1", undefined],
    ],
    [
      "a mode of AES that there is not",
      ({ secret }) => [undefined, "AESCipherJob", 0, secret, bytes(1), 99, bytes(16)],
    ],
    ["a counter of no length", ({ secret }) => [undefined, "AESCipherJob", 0, secret, bytes(1), 0, bytes(16)]],
    ["a prime of no bits", () => [undefined, "RandomPrimeJob", 0, false, undefined, undefined]],
    ["a divisor of less than no bits", () => [undefined, "DsaKeyPairGenJob", 512, -2, ...WITHOUT_FORMAT]],
    ["another customizable digest", () => [undefined, "CShakeJob", "sha256", bytes(1), undefined, undefined, 128]],
    ["too many operands", () => [undefined, "timingSafeEqual", bytes(1), bytes(1), bytes(1)]],
    ["no operands", () => [undefined, "timingSafeEqual"]],
  ])("refuses %s", (_, ask) => {
    const guest = new CryptoGuest();
    expect(() => guest.ask(...ask(keysOf(guest)))).toThrow(refused);
  });

  it("refuses operands that are no array of data", () => {
    const { engine } = new CryptoGuest();
    expect(() => engine.call(0, "getSSLCiphers", bytes(3))).toThrow(refused);
    expect(() => engine.call(0, "getSSLCiphers", encodeOperands([]).subarray(0, 1))).toThrow(refused);
  });

  it("opens no store of keys, which may be any file", () => {
    const [ok, failure] = new CryptoGuest().ask(
      undefined,
      "new KeyObjectHandle",
      PRIVATE,
      Object.create(null),
      STORE,
      null,
      null,
      null,
    );
    expect([ok, failure]).toEqual([false, expect.objectContaining({ properties: { code: "ERR_ACCESS_DENIED" } })]);
  });

  it.each([
    ["PBKDF2Job", [bytes(1), bytes(1), 1, 2 ** 30, "sha1"], "ERR_OUT_OF_RANGE"],
    ["HKDFJob", ["sha1", bytes(1), bytes(1), bytes(1), 2 ** 31], "ERR_OUT_OF_RANGE"],
    ["HashJob", ["shake128", bytes(1), 2 ** 31], "ERR_OUT_OF_RANGE"],
    ["CShakeJob", ["cSHAKE128", bytes(1), undefined, undefined, 2 ** 30], "ERR_OUT_OF_RANGE"],
    ["SecretKeyGenJob", [2 ** 31], "ERR_OUT_OF_RANGE"],
    ["oneShotDigest", ["shake128", bytes(1), "buffer", undefined, 2 ** 27], "ERR_OUT_OF_RANGE"],
    ["new Hash", ["shake128", 2 ** 27], "ERR_OUT_OF_RANGE"],
    ["Argon2Job", [bytes(1), bytes(16), 1, 16, 2 ** 31, 1, bytes(0), bytes(0), 0], "ERR_OUT_OF_RANGE"],
    ["ScryptJob", [bytes(1), bytes(1), 2 ** 22, 8, 1, 2 ** 40, 16], "ERR_CRYPTO_INVALID_SCRYPT_PARAMS"],
  ])("takes no more memory than a guest is given: %s", (name, operands, code) => {
    expect(new CryptoGuest().ask(undefined, name, ...operands)).toEqual([
      false,
      expect.objectContaining({ properties: expect.objectContaining({ code }) }),
    ]);
  });

  it("takes no more memory than a guest is given for a MAC", () => {
    const guest = new CryptoGuest();
    const { secret } = keysOf(guest);
    const operands = [SIGN, secret, "KMAC128", undefined, 0, 2 ** 30, bytes(1), undefined];
    expect(guest.ask(undefined, "KmacJob", ...operands)).toEqual([
      false,
      expect.objectContaining({ properties: { code: "ERR_OUT_OF_RANGE" } }),
    ]);
  });

  it.each([
    ["TurboShakeJob", ["TurboSHAKE128", 1, 64 * 1024 * 1024 + 1, bytes(1)]],
    ["KangarooTwelveJob", ["KT128", undefined, 64 * 1024 * 1024 + 1, bytes(1)]],
  ])("refuses a length that Node's library does not ask a guest's binding for: %s", (name, operands) => {
    expect(() => new CryptoGuest().ask(undefined, name, ...operands)).toThrow(refused);
  });

  // Whole days of it could not be interrupted.
  it.each([
    ["RsaKeyPairGenJob", [RSA, 16_385, 65_537, ...WITHOUT_FORMAT], "The modulus is more than the 16384 bits"],
    ["RsaKeyPairGenJob", [RSA_PSS, 2 ** 31, 65_537, undefined, undefined, undefined, ...WITHOUT_FORMAT], "16384 bits"],
    ["DsaKeyPairGenJob", [10_001, 256, ...WITHOUT_FORMAT], "The modulus is more than the 10000 bits"],
    ["RandomPrimeJob", [16_385, false, undefined, undefined], "The prime is more than the 16384 bits"],
    // What OpenSSL refuses by itself.
    ["DhKeyPairGenJob", [10_001, 2, ...WITHOUT_FORMAT], "modulus too large"],
    ["new DiffieHellman", [10_001, 2], "Invalid DH parameters"],
  ])("makes no key or prime that takes days: %s", (name, operands, message) => {
    const answer = new CryptoGuest().ask(undefined, name, ...operands);
    expect(answer).toEqual([false, expect.objectContaining({ message: expect.stringContaining(message) })]);
  });

  it("takes no part in an exchange over a prime of any length", () => {
    const guest = new CryptoGuest();
    const group = guest.make(
      "DiffieHellman",
      Uint8Array.from({ length: 1_251 }, () => 0xff),
      2,
    );
    expect(guest.ask(group, "generateKeys")).toEqual([false, expect.objectContaining({ message: expect.any(String) })]);
  });

  it("bounds how many objects there are, and what they take", () => {
    const objects = new CryptoObjects();
    for (let count = 0; count < 131_072; count += 1) objects.add({}, "Hash", 0);
    expect(() => objects.add({}, "Hash", 0)).toThrow("too many");
    objects.close(1);
    expect(objects.add({}, "Hash", 0)).toBeGreaterThan(0);
    const large = new CryptoObjects();
    large.add({}, "KeyObjectHandle", 200 * 1024 * 1024);
    expect(() => large.add({}, "KeyObjectHandle", 100 * 1024 * 1024)).toThrow("too much memory");
  });

  it("counts what a context of TLS is given later, until it is closed", () => {
    const objects = new CryptoObjects();
    const context = objects.add({}, "SecureContext", 0);
    objects.grow(context, 200 * 1024 * 1024);
    expect(() => objects.grow(context, 100 * 1024 * 1024)).toThrow("too much memory");
    objects.close(context);
    expect(() => objects.grow(context, 1)).toThrow(unknown);
    expect(objects.add({}, "Hash", 200 * 1024 * 1024)).toBeGreaterThan(0);
  });

  it("forgets objects that are done with, though no guest says so", () => {
    const objects = new CryptoObjects();
    for (let count = 0; count < 500_000; count += 1) objects.done(objects.add({}, "Hash", 0));
    expect(objects.add({}, "Hash", 0)).toBe(500_001);
  });
});
