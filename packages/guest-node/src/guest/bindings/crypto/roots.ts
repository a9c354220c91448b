import { bytesOf } from "../../bytes.ts";
import { ArrayPrototypePush, dictionary } from "../../past-prototypes.ts";
import { StringPrototypeIndexOf, StringPrototypeSlice, TypedArrayPrototypeGetLength } from "../../primordial.ts";
import type { CryptoLink } from "./crypto-link.ts";

const BEGINS = "-----BEGIN CERTIFICATE-----";
const ENDS = "-----END CERTIFICATE-----";

/** The certificates that a program trusts instead of Node's, each once, as PEM. @throws what Node's binding throws */
export function readRoots(
  link: CryptoLink,
  given: readonly unknown[],
  parse: (content: unknown) => unknown,
): readonly string[] {
  const roots: string[] = [];
  const known = dictionary<true>();
  for (let index = 0; index < given.length; index++) {
    const blocks = blocksOf(textOf(link, given[index]));
    for (let at = 0; at < blocks.length; at++) {
      const certificate = parse(bytesOfText(link, blocks[at] as string)) as object;
      const pem = link.call(certificate, "pem", []) as string;
      if (known[pem] === true) continue;
      known[pem] = true;
      ArrayPrototypePush(roots, pem);
    }
  }
  return roots;
}

export function copyOf(texts: readonly string[]): string[] {
  const copy: string[] = [];
  for (let index = 0; index < texts.length; index++) ArrayPrototypePush(copy, texts[index] as string);
  return copy;
}

/** What has no beginning stays as it is: it will be said to be no certificate. */
function blocksOf(text: string): readonly string[] {
  const blocks: string[] = [];
  for (let from = StringPrototypeIndexOf(text, BEGINS); from >= 0; ) {
    const end = StringPrototypeIndexOf(text, ENDS, from);
    const to = end < 0 ? text.length : end + ENDS.length;
    ArrayPrototypePush(blocks, `${StringPrototypeSlice(text, from, to)}\n`);
    from = StringPrototypeIndexOf(text, BEGINS, to);
  }
  if (blocks.length === 0) ArrayPrototypePush(blocks, text);
  return blocks;
}

function textOf(link: CryptoLink, value: unknown): string {
  if (typeof value === "string") return value;
  const bytes = bytesOf(value as ArrayBufferView);
  return link.guest.native.buffer.latin1Slice(bytes, 0, TypedArrayPrototypeGetLength(bytes));
}

function bytesOfText(link: CryptoLink, text: string): Uint8Array {
  return link.guest.native.encoding.encodeUtf8String(text);
}
