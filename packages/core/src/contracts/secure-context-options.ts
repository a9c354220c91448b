import type { SecureOptions } from "./secure-options.ts";

/**
 * Without Diffie-Hellman over finite fields: how long the host works on that, the other end decides. Elsewhere what Node
 * has by default.
 */
const CIPHERS = [
  "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256",
  "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:RSA+AESGCM:RSA+AES",
  "!DHE:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA",
].join(":");
const CURVES = "X25519:P-256:P-384:P-521";
/** OpenSSL's `SSL_OP_NO_RENEGOTIATION`: what the other end says in a handshake costs time, and it may begin no other. */
const NO_RENEGOTIATION = 0x4000_0000;

/**
 * What the other end may send until TLS is agreed on, in bytes. Chains of certificates have a few thousand; of one that has a
 * hundred thousand, each with a key made for that, the signatures take the host half a second, in one piece.
 */
export const HANDSHAKE_LIMIT_BYTES: number = 16 * 1024;

/** What Node's `tls.connect()` is told of what a guest wants, beside where to connect to. */
export interface SecureContextOptions {
  readonly ciphers: string;
  readonly ecdhCurve: string;
  readonly secureOptions: number;
  readonly rejectUnauthorized: boolean;
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
  readonly minVersion?: NonNullable<SecureOptions["minVersion"]>;
  readonly maxVersion?: NonNullable<SecureOptions["maxVersion"]>;
}

/** For an adapter that makes TLS for guests with `tls.connect()` of Node. */
export function secureContextOptions(options: SecureOptions): SecureContextOptions {
  const { ca, cert, key, minVersion, maxVersion, rejectUnauthorized = true } = options;
  return {
    ciphers: CIPHERS,
    ecdhCurve: CURVES,
    secureOptions: NO_RENEGOTIATION,
    rejectUnauthorized,
    ...(ca !== undefined && { ca: [...ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(minVersion !== undefined && { minVersion }),
    ...(maxVersion !== undefined && { maxVersion }),
  };
}
