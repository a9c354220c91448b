/** What a guest wants of TLS. All of it is the guest's own: what it would give Node's `tls.connect()`. */
export interface SecureOptions {
  /** The name to ask for, and that the certificate has to be of. @default the host of the connection */
  readonly servername?: string;
  /** Protocols to offer, in order. @default none */
  readonly alpn?: readonly string[];
  /** Certificates (PEM) to trust instead of those that the host's Node comes with. */
  readonly ca?: readonly string[];
  /** Whether a certificate that cannot be verified ends the connection. @default true */
  readonly rejectUnauthorized?: boolean;
  /** The guest's own certificate and key (PEM, without encryption). */
  readonly cert?: string;
  readonly key?: string;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
}

/** A version of TLS that a guest may ask for. */
export type SecureVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/** What a handshake came to. */
export interface SecureSession {
  readonly protocol: SecureVersion;
  readonly cipher: { readonly name: string; readonly standardName: string; readonly version: string };
  /** The protocol that was agreed on; empty: none. */
  readonly alpn: string;
  readonly servername: string;
  readonly authorized: boolean;
  /** Why it is not authorized, as OpenSSL names it: `CERT_HAS_EXPIRED`. Whose the certificate is, is not judged. */
  readonly authorizationError?: string;
  /**
   * The certificates of the peer as Node's `getPeerCertificate()` tells them, its own first, with bytes as base64. Where an
   * adapter's `fetch` will make the connection, and verify it, one that is made up and has nothing but the name.
   */
  readonly certificates: readonly Readonly<Record<string, unknown>>[];
}

/** What `net.secure` answers, as JSON: a session, or why there is none, as an error of Node's has it. */
export type SecureAnswer = SecureSession | { readonly error: { readonly code: string; readonly message: string } };
