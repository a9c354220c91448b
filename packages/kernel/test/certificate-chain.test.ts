import { expect, it } from "vitest";
import { chainOf } from "../src/cryptography/certificate-chain.ts";

interface Certificate {
  readonly number: number;
  issuerCertificate?: Certificate;
}

/** So many certificates, each issued by the next; the first. */
function issued(count: number, last: Certificate = { number: count }): Certificate {
  let first = last;
  for (let number = count - 1; number > 0; number -= 1) first = { number, issuerCertificate: first };
  return first;
}

it("tells of a chain to its end, whether or not that issued itself", () => {
  const root: Certificate = { number: 3 };
  expect(chainOf(issued(3, root))).toEqual({ chain: [{ number: 1 }, { number: 2 }, { number: 3 }], isClosed: false });
  root.issuerCertificate = root;
  expect(chainOf(issued(3, root))).toEqual({ chain: [{ number: 1 }, { number: 2 }, { number: 3 }], isClosed: true });
  expect(chainOf(undefined)).toEqual({ chain: [], isClosed: false });
});

it("tells of no more than a hundred certificates, be it a circle of them", () => {
  const long = chainOf(issued(1_000));
  expect([long.chain.length, long.chain.at(-1), long.isClosed]).toEqual([100, { number: 100 }, true]);
  const last: Certificate = { number: 2 };
  const circle = issued(2, last);
  last.issuerCertificate = circle;
  expect(chainOf(circle)).toMatchObject({ chain: { length: 100 }, isClosed: true });
});
