import type { SecureOptions } from "../contracts/secure-options.ts";
import { invalid, optional, readOptions } from "../options/validate-options.ts";

/** How the host speaks TLS with a server of a guest: of `https:` URLs. The names are those of Node's `tls.connect()`. */
export interface GuestSecureOptions {
  /** Certificates (PEM) to trust, or one: the guest's own, or of who has signed it. @default those of the host's Node */
  readonly ca?: string | readonly string[] | undefined;
  /**
   * Whether a certificate that cannot be verified, or is not of the name, fails the request. No network lies between a host
   * and its guests: without it, too, nobody else hears or answers. @default true
   */
  readonly rejectUnauthorized?: boolean | undefined;
  /** The name to ask for, and that the certificate has to be of. @default the host of the URL */
  readonly servername?: string | undefined;
}

const names: readonly string[] = ["ca", "rejectUnauthorized", "servername"];

/** @throws VivariumError `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION` */
export function readGuestSecureOptions(given: unknown): SecureOptions {
  const { ca, rejectUnauthorized, servername } = readOptions(given, "tls", names);
  const read = {
    ca: optional(ca, readCertificates),
    rejectUnauthorized: optional(rejectUnauthorized, readFlag),
    servername: optional(servername, readName),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

function readCertificates(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((text) => (typeof text === "string" ? text : invalid("tls.ca", "certificates as text (PEM)", value)));
}

function readFlag(value: unknown): boolean {
  return typeof value === "boolean" ? value : invalid("tls.rejectUnauthorized", "true or false", value);
}

function readName(value: unknown): string {
  return typeof value === "string" && value !== "" ? value : invalid("tls.servername", "a name", value);
}
