import type { FileStat, MaybePromise, OpenFlags } from "@vivarium/core";
import { expect } from "vitest";
import type { FileSystemBench } from "./file-system-case.ts";

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const noFlags: OpenFlags = {
  read: false,
  write: false,
  append: false,
  create: false,
  exclusive: false,
  truncate: false,
  directory: false,
  noFollow: false,
};

/** Flags of `open`: what is not named is off. */
export const flags = (on: Partial<OpenFlags>): OpenFlags => ({ ...noFlags, ...on });

/** The verb fails, by a throw or a rejection, with an error that carries one of these codes. */
export async function expectCode(attempt: () => MaybePromise<unknown>, ...codes: readonly string[]): Promise<void> {
  let answer: unknown;
  try {
    answer = await attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect(codes).toContain((error as { readonly code?: unknown }).code);
    return;
  }
  expect.fail(`expected ${codes.join(" or ")}, but the verb answered ${JSON.stringify(answer)}`);
}

/** A file has exactly this content. */
export async function expectContent({ fs, at }: FileSystemBench, path: string, content: string): Promise<void> {
  expect(new TextDecoder().decode(await fs.readFile(at(path)))).toBe(content);
}

/** A directory has exactly these entries, in any order. */
export async function expectEntries(
  { fs, at }: FileSystemBench,
  path: string,
  entries: Readonly<Record<string, FileStat["type"]>>,
): Promise<void> {
  const found = await fs.readDirWithTypes(at(path));
  expect(found.map(({ name, type }) => [name, type]).sort()).toEqual(Object.entries(entries).sort());
}

export async function expectMissing({ fs, at }: FileSystemBench, path: string): Promise<void> {
  await expectCode(() => fs.stat(at(path)), "ENOENT");
}

/** Makes a directory with a file in it. */
export async function makeFull({ fs, at }: FileSystemBench, path: string, file = "file.txt"): Promise<void> {
  await fs.mkdir(at(path));
  await fs.writeFile(at(`${path}/${file}`), `in ${path}`);
}
