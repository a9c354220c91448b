import type { OperandKinds } from "./operand-kinds.ts";

/** One thing that a guest's library asks of Node's `crypto` binding. */
export interface Operation {
  /** Kinds of the operands, parted by blanks. */
  readonly operands: OperandKinds;
  /** Where in them five begin that name a key: data, format, type, passphrase, curve. */
  readonly keysAt?: readonly number[];
  /** Where in them a key lies that has to be private. */
  readonly privateAt?: number;
  /** Where in them six begin that say how two keys are written: formats, types, cipher, passphrase. */
  readonly pairAt?: number;
  /** The object is of no use after it. */
  readonly isLast?: true;
  /** What comes out of it lies in an object that its caller hands over, as first operand. */
  readonly fills?: true;
}

const operation = (operands: OperandKinds, more: Omit<Operation, "operands"> = {}): Operation => ({
  operands,
  ...more,
});

const KEY = "bytes|record|public|private int~ int|text~ bytes~ text~";
const PAIR = "int? int? int? int? text~ bytes~";
const NOTHING = operation("");
const BYTES = operation("bytes");
const rsaOperation = operation(`${KEY} bytes int text? bytes?`, { keysAt: [0] });

/** Functions of the binding. */
export const functions: Readonly<Record<string, Operation>> = {
  getSSLCiphers: NOTHING,
  getOpenSSLSecLevelCrypto: NOTHING,
  getFipsCrypto: NOTHING,
  testFipsCrypto: NOTHING,
  getBundledRootCertificates: NOTHING,
  getCipherInfo: operation("text|int int? int?", { fills: true }),
  oneShotDigest: operation("text bytes text 0..7? room?"),
  timingSafeEqual: operation("bytes bytes"),
  publicEncrypt: rsaOperation,
  publicDecrypt: rsaOperation,
  privateEncrypt: { ...rsaOperation, privateAt: 0 },
  privateDecrypt: { ...rsaOperation, privateAt: 0 },
  certVerifySpkac: BYTES,
  certExportPublicKey: BYTES,
  certExportChallenge: BYTES,
  ECDHConvertKey: operation("bytes text uint"),
  parseX509: BYTES,
};

/** Classes: what an object of each begins with. Where the class has an `init`, that is what gets it. */
export const constructors: Readonly<Record<string, Operation>> = {
  Hash: operation("text|hash room?"),
  Hmac: operation("text bytes|secret"),
  Sign: operation("text"),
  Verify: operation("text"),
  CipherBase: operation("flag text bytes|secret bytes|null -1..4294967295"),
  DiffieHellman: operation("int|bytes int|bytes"),
  DiffieHellmanGroup: operation("text"),
  ECDH: operation("text"),
  KeyObjectHandle: operation("int bytes|record|public|private|secret int~ int|text~ bytes~ text~"),
  SecureContext: operation("text? version version"),
  TLSWrap: operation("context flag"),
};

const exchange: Readonly<Record<string, Operation>> = {
  generateKeys: NOTHING,
  computeSecret: BYTES,
  getPublicKey: operation("uint"),
  getPrivateKey: NOTHING,
  setPublicKey: BYTES,
  setPrivateKey: BYTES,
};
const group = { ...exchange, getPublicKey: NOTHING, getPrime: NOTHING, getGenerator: NOTHING, verifyError: NOTHING };
const digest: Readonly<Record<string, Operation>> = { digest: operation("text?", { isLast: true }) };

const PEM = operation("text|bytes");
const TEXT = operation("text");
const INT = operation("int");

/** What a context of TLS is made of. */
const secureContextMethods: Readonly<Record<string, Operation>> = {
  setKey: operation("text|bytes text~"),
  setCert: PEM,
  addCACert: PEM,
  addCRL: PEM,
  addRootCerts: NOTHING,
  setAllowPartialTrustChain: NOTHING,
  setCipherSuites: TEXT,
  setCiphers: TEXT,
  setSigalgs: TEXT,
  setECDHCurve: TEXT,
  setDHParam: operation("text|bytes|flag"),
  setMinProto: operation("version"),
  setMaxProto: operation("version"),
  getMinProto: NOTHING,
  getMaxProto: NOTHING,
  setOptions: operation("0..9007199254740991"),
  setSessionIdContext: TEXT,
  setSessionTimeout: operation("0..2147483647"),
  setCertificateCompression: operation("uint"),
  loadPKCS12: operation("bytes bytes?"),
  setTicketKeys: operation("ticketKeys"),
  getTicketKeys: NOTHING,
  getCertificate: NOTHING,
  getIssuer: NOTHING,
};

/** What one end of TLS is asked. */
const tlsMethods: Readonly<Record<string, Operation>> = {
  start: NOTHING,
  receiveBytes: BYTES,
  writeBytes: BYTES,
  shutDown: NOTHING,
  setServername: TEXT,
  getServername: NOTHING,
  setALPNProtocols: operation("protocols"),
  getALPNNegotiatedProtocol: NOTHING,
  setVerifyMode: operation("flag flag"),
  verifyError: NOTHING,
  getPeerCertificate: operation("flag"),
  getCertificate: NOTHING,
  getPeerX509Certificate: NOTHING,
  getX509Certificate: NOTHING,
  getCipher: NOTHING,
  getProtocol: NOTHING,
  getEphemeralKeyInfo: NOTHING,
  getSharedSigalgs: NOTHING,
  getSession: NOTHING,
  setSession: BYTES,
  getTLSTicket: NOTHING,
  isSessionReused: NOTHING,
  getFinished: NOTHING,
  getPeerFinished: NOTHING,
  enableSessionCallbacks: NOTHING,
  enableCertCb: NOTHING,
  enableKeylogCallback: NOTHING,
  setKeyCert: operation("context"),
  enableALPNCb: NOTHING,
  chooseProtocol: operation("0..65535?"),
  certCbDone: operation("context?"),
  newSessionDone: NOTHING,
  loadSession: operation("bytes?"),
  endParser: NOTHING,
  requestOCSP: NOTHING,
  setOCSPResponse: BYTES,
  renegotiate: NOTHING,
  exportKeyingMaterial: operation("room text bytes?"),
  setMaxSendFragment: INT,
};

/** Methods, by the classes of their objects. */
export const methods: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  Hash: digest,
  Hmac: digest,
  Sign: { sign: operation(`${KEY} int? int? int`, { keysAt: [0], privateAt: 0, isLast: true }) },
  Verify: { verify: operation(`${KEY} bytes int? int? int`, { keysAt: [0], isLast: true }) },
  CipherBase: {
    update: BYTES,
    final: operation("", { isLast: true }),
    setAutoPadding: operation("flag"),
    getAuthTag: NOTHING,
    setAuthTag: BYTES,
    setAAD: operation("bytes int"),
  },
  DiffieHellman: group,
  DiffieHellmanGroup: group,
  ECDH: exchange,
  KeyObjectHandle: {
    getKeyType: NOTHING,
    getSymmetricKeySize: NOTHING,
    getAsymmetricKeyType: NOTHING,
    checkEcKeyData: NOTHING,
    export: operation("int? int? text~ bytes~"),
    exportJwk: operation("flag", { fills: true }),
    rawPublicKey: NOTHING,
    rawPrivateKey: NOTHING,
    rawSeed: NOTHING,
    exportECPublicRaw: operation("int"),
    exportECPrivateRaw: NOTHING,
    keyDetail: operation("", { fills: true }),
    equals: operation("public|private|secret"),
  },
  X509Certificate: {
    subject: NOTHING,
    subjectAltName: NOTHING,
    issuer: NOTHING,
    getIssuerCert: NOTHING,
    infoAccess: NOTHING,
    validFrom: NOTHING,
    validTo: NOTHING,
    validFromDate: NOTHING,
    validToDate: NOTHING,
    fingerprint: NOTHING,
    fingerprint256: NOTHING,
    fingerprint512: NOTHING,
    keyUsage: NOTHING,
    serialNumber: NOTHING,
    signatureAlgorithm: NOTHING,
    signatureAlgorithmOid: NOTHING,
    raw: NOTHING,
    publicKey: NOTHING,
    pem: NOTHING,
    checkCA: NOTHING,
    checkHost: operation("text uint"),
    checkEmail: operation("text uint"),
    checkIP: operation("text uint"),
    checkIssued: operation("certificate"),
    checkPrivateKey: operation("private"),
    verify: operation("public"),
    toLegacy: NOTHING,
  },
  SecureContext: secureContextMethods,
  TLSWrap: tlsMethods,
};

/** Jobs: what follows the mode in which one is done. */
export const jobs: Readonly<Record<string, Operation>> = {
  ScryptJob: operation("bytes bytes uint uint uint number room"),
  PBKDF2Job: operation("bytes|secret bytes 1..2147483647 room text"),
  HKDFJob: operation("text bytes|secret bytes bytes room"),
  Argon2Job: operation("bytes|secret bytes uint room uint uint bytes bytes uint"),
  HashJob: operation("text bytes uint?"),
  CShakeJob: operation("=cSHAKE128,cSHAKE256 bytes bytes? bytes? uint"),
  TurboShakeJob: operation("=TurboSHAKE128,TurboSHAKE256 1..127 1..67108864 bytes"),
  KangarooTwelveJob: operation("=KT128,KT256 bytes? 1..67108864 bytes"),
  HmacJob: operation("int text secret bytes bytes?"),
  KmacJob: operation("int secret =KMAC128,KMAC256 bytes? uint uint bytes bytes?"),
  SignJob: operation(`int ${KEY} bytes text~ int? int? int? bytes? bytes?`, { keysAt: [1] }),
  AESCipherJob: operation("int secret bytes int bytes? uint? bytes?"),
  ChaCha20Poly1305CipherJob: operation("int secret bytes bytes bytes?"),
  RSACipherJob: operation("int public|private bytes 2..2 text bytes?"),
  DHBitsJob: operation(`${KEY} ${KEY}`, { keysAt: [0, 5], privateAt: 5 }),
  KEMEncapsulateJob: operation(KEY, { keysAt: [0] }),
  KEMDecapsulateJob: operation(`${KEY} bytes`, { keysAt: [0], privateAt: 0 }),
  RandomPrimeJob: operation("1..2147483647 flag bytes? bytes?"),
  CheckPrimeJob: operation("bytes 0..2147483647"),
  SecretKeyGenJob: operation("uint"),
  DsaKeyPairGenJob: operation(`uint -1..2147483647 ${PAIR}`, { pairAt: 2 }),
  EcKeyPairGenJob: operation(`text int? ${PAIR}`, { pairAt: 2 }),
  NidKeyPairGenJob: operation(`int ${PAIR}`, { pairAt: 1 }),
};

/** Which of its kinds of RSA the binding is asked for. */
const RSA_PSS = 1;

/** Jobs whose operands hang on the first of them. */
export const variableJobs: Readonly<Record<string, (operands: readonly unknown[]) => Operation>> = {
  RsaKeyPairGenJob: ([variant]) =>
    variant === RSA_PSS
      ? operation(`int uint uint text? text? int? ${PAIR}`, { pairAt: 6 })
      : operation(`0..0 uint uint ${PAIR}`, { pairAt: 3 }),
  DhKeyPairGenJob: ([first]) =>
    typeof first === "string"
      ? operation(`text ${PAIR}`, { pairAt: 1 })
      : operation(`bytes|int int ${PAIR}`, { pairAt: 2 }),
};
