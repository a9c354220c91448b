import { bytesOf } from "../../bytes.ts";
import { ArrayPrototypePush, dictionary } from "../../past-prototypes.ts";
import {
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  StringPrototypeToUpperCase,
  TypedArrayPrototypeGetLength,
} from "../../primordial.ts";
import type { CryptoLink } from "./crypto-link.ts";

const BEGINS = "-----BEGIN CERTIFICATE-----";
const ENDS = "-----END CERTIFICATE-----";

/**
 * The certificates of the file that `NODE_EXTRA_CA_CERTS` named when the program began, read as the program itself would; none,
 * and a warning, where that cannot be.
 */
export function readExtraRoots(link: CryptoLink, parse: (content: unknown) => unknown): readonly string[] {
  const { config, library, process } = link.guest;
  const file = config.env["NODE_EXTRA_CA_CERTS"];
  if (file === undefined || file === "") return [];
  const { readFileSync } = library.require("fs") as { readFileSync(path: string): Uint8Array };
  try {
    return certificatesIn(link, [readFileSync(file)], parse);
  } catch (error) {
    const emitWarning = process["emitWarning"] as (message: string) => void;
    emitWarning(`Ignoring extra certs from \`${file}\`, load failed: ${reasonOf(error)}`);
    return [];
  }
}

/** Of an error of the system its words, as OpenSSL has them. */
function reasonOf(error: unknown): string {
  const { message, syscall } = error as { readonly message: string; readonly syscall?: unknown };
  if (typeof syscall !== "string") return message;
  const from = StringPrototypeIndexOf(message, ": ") + 2;
  const words = StringPrototypeSlice(message, from, StringPrototypeIndexOf(message, ",", from));
  return `${StringPrototypeToUpperCase(StringPrototypeSlice(words, 0, 1))}${StringPrototypeSlice(words, 1)}`;
}

/** The certificates that a program trusts instead of Node's, each once, as PEM. @throws what Node's binding throws */
export function readRoots(
  link: CryptoLink,
  given: readonly unknown[],
  parse: (content: unknown) => unknown,
): readonly string[] {
  const roots = certificatesIn(link, given, parse);
  if (roots.length > 0 || given.length === 0) return roots;
  const message = "No valid certificates found in the provided array";
  throw link.guest.errors.coded("Error", "ERR_CRYPTO_OPERATION_FAILED", message);
}

function certificatesIn(
  link: CryptoLink,
  given: readonly unknown[],
  parse: (content: unknown) => unknown,
): readonly string[] {
  const roots: string[] = [];
  const known = dictionary<true>();
  for (let index = 0; index < given.length; index++) {
    const blocks = blocksOf(textOf(link, given[index]));
    for (let at = 0; at < blocks.length; at++) {
      const certificate = parseBlock(link, blocks[at] as string, parse);
      const pem = link.call(certificate, "pem", []) as string;
      if (known[pem] === true) continue;
      known[pem] = true;
      ArrayPrototypePush(roots, pem);
    }
  }
  return roots;
}

/** @throws of what is PEM and no certificate, what OpenSSL says last of it: Node's own binding tells what it says first. */
function parseBlock(link: CryptoLink, block: string, parse: (content: unknown) => unknown): object {
  try {
    return parse(bytesOfText(link, block)) as object;
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (typeof code !== "string" || !StringPrototypeStartsWith(code, "ERR_OSSL_ASN1_")) throw error;
    throw link.guest.errors.coded("Error", "ERR_OSSL_PEM_ASN1_LIB", "error:0488000D:PEM routines::ASN1 lib");
  }
}

export function copyOf(texts: readonly string[]): string[] {
  const copy: string[] = [];
  for (let index = 0; index < texts.length; index++) ArrayPrototypePush(copy, texts[index] as string);
  return copy;
}

/** What stands between them, and what has no beginning, is no certificate. */
function blocksOf(text: string): readonly string[] {
  const blocks: string[] = [];
  for (let from = StringPrototypeIndexOf(text, BEGINS); from >= 0; ) {
    const end = StringPrototypeIndexOf(text, ENDS, from);
    const to = end < 0 ? text.length : end + ENDS.length;
    ArrayPrototypePush(blocks, `${StringPrototypeSlice(text, from, to)}\n`);
    from = StringPrototypeIndexOf(text, BEGINS, to);
  }
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
