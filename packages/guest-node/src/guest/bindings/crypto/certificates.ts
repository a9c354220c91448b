import type { Binding } from "../../guest.ts";
import type { CryptoLink } from "./crypto-link.ts";
import { defineMethods } from "./define-methods.ts";
import type { KeyHandles } from "./key-handles.ts";
import { copyOf, readExtraRoots, readRoots } from "./roots.ts";

const methods = [
  "subject",
  "subjectAltName",
  "issuer",
  "infoAccess",
  "validFrom",
  "validTo",
  "validFromDate",
  "validToDate",
  "fingerprint",
  "fingerprint256",
  "fingerprint512",
  "keyUsage",
  "serialNumber",
  "signatureAlgorithm",
  "signatureAlgorithmOid",
  "raw",
  "pem",
  "checkCA",
  "checkHost",
  "checkEmail",
  "checkIP",
  "checkIssued",
  "checkPrivateKey",
  "verify",
  "toLegacy",
] as const;

/** Certificates that a program reads. */
export function certificates(link: CryptoLink, keys: KeyHandles, share: (object: object) => void): Binding {
  const received = (number: number): object => {
    const certificate = new X509Certificate();
    link.hold(certificate, number);
    share(certificate);
    return certificate;
  };

  class X509Certificate {
    publicKey(): unknown {
      return link.call(this, "publicKey", [], keys.received);
    }

    getIssuerCert(): unknown {
      return link.call(this, "getIssuerCert", [], received);
    }
  }
  defineMethods(link, X509Certificate.prototype, methods);
  const parse = (content: unknown): unknown => link.callFunction("parseX509", [content], received);
  let extra: readonly string[] | undefined;
  link.makeCertificate = received;
  link.extraRoots = () => {
    extra ??= readExtraRoots(link, parse);
    return extra;
  };

  return {
    parseX509: parse,
    certVerifySpkac: (content: unknown) => link.callFunction("certVerifySpkac", [content]),
    certExportPublicKey: (content: unknown) => link.callFunction("certExportPublicKey", [content]),
    certExportChallenge: (content: unknown) => link.callFunction("certExportChallenge", [content]),
    getBundledRootCertificates: () => link.callFunction("getBundledRootCertificates", []),
    getExtraCACertificates: () => copyOf(link.extraRoots()),
    // Those of the machine are the host's.
    getSystemCACertificates: () => [],
    getUserRootCertificates: () => copyOf(link.roots ?? []),
    resetRootCertStore(given: readonly unknown[]) {
      link.roots = readRoots(link, given, parse);
    },
    startLoadingCertificatesOffThread() {},
  };
}
