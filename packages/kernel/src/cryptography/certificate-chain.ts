/** Certificates of a chain that are told. */
const LONGEST_CHAIN = 100;

/** A chain of certificates without their nesting. */
export interface CertificateChain {
  readonly chain: readonly object[];
  /** Whether nothing follows that could be told: the last one issued itself, or there are more than anybody needs. */
  readonly isClosed: boolean;
}

/** A certificate as Node's binding tells of it, and behind it those of who issued it, in each other. */
export function chainOf(first: unknown): CertificateChain {
  const chain: object[] = [];
  for (let next = first; typeof next === "object" && next !== null; ) {
    const { issuerCertificate, ...certificate } = next as { readonly issuerCertificate?: unknown };
    chain.push(certificate);
    if (issuerCertificate === next || chain.length >= LONGEST_CHAIN) return { chain, isClosed: true };
    next = issuerCertificate;
  }
  return { chain, isClosed: false };
}
