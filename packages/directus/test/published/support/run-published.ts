import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readManifest } from "../../../src/index.ts";
import { type HostUnderTest, hostUnderTest } from "../../support/extension-host.ts";
import { PublicServices } from "./public-services.ts";
import type { PublishedExtension, Run } from "./published-extension.ts";

/**
 * Tests of extensions as they lie in their folders: each run asks exactly what it should, and answers so; without its scope
 * an extension asks nobody.
 *
 * @param load has the host load all of them
 */
export function testPublished(
  extensions: readonly PublishedExtension[],
  folderOf: (name: string) => string,
  load: (host: HostUnderTest["host"]) => Promise<unknown>,
): void {
  const services = new PublicServices();
  let network: Awaited<ReturnType<PublicServices["listen"]>>;
  beforeAll(async () => {
    network = await services.listen();
  });
  afterAll(() => services.close());
  const it = hostUnderTest(() => ({
    network: {
      lookup: (name) => network.lookup?.(name) as never,
      fetch: (request) => network.fetch?.(request) as never,
    },
  }));
  beforeAll(() => load(it.host));

  test.each(extensions)("$name is loaded from its folder, without a warning", ({ name, id }) => {
    expect(it.host.extensions.map((manifest) => manifest.name)).toContain(name);
    expect(it.host.operations.ids).toContain(id);
    expect(it.lines.filter(({ extension, level }) => extension === name && level === "warn")).toEqual([]);
  });

  describe.each(extensions)("$name", ({ name, id, runs, unscoped }) => {
    test.each(runs)("$does", async (run) => {
      services.expect(run.exchanges.map(({ answer }) => answer));
      it.lines.length = 0;
      await expectOutcome(it.host.operations.run(id, run.options), run);
      expect(services.arrived).toEqual(run.exchanges.map(({ asks }) => asks));
      expect(it.lines.map(({ message }) => message)).toEqual(run.logs ?? []);
      for (const { extension, level } of it.lines) expect([extension, level]).toEqual([name, "info"]);
    });

    const requesting = runs.find(({ exchanges }) => exchanges.length > 0);
    if (requesting === undefined) return;
    test("asks nobody without its scope", async () => {
      services.expect([]);
      const host = it.with({ logger: { info: () => undefined, warn: () => undefined } });
      await host.loadPackage(await withoutScope(folderOf(name)));
      const message = unscoped ?? 'No permission to access "request"';
      await expect(host.operations.run(id, requesting.options)).rejects.toMatchObject({ message });
      expect(services.arrived).toEqual([]);
    });
  });
}

/** The extension in a folder, as if it had asked for no requests. */
async function withoutScope(folder: string): Promise<Parameters<HostUnderTest["host"]["loadPackage"]>[0]> {
  const text = await readFile(join(folder, "package.json"), "utf8");
  const manifest = readManifest(JSON.parse(text, (key, value) => (key === "request" ? undefined : value)));
  return { manifest, code: await readFile(join(folder, manifest.file), "utf8") };
}

async function expectOutcome(answer: Promise<unknown>, { throws, returns }: Run): Promise<void> {
  if (throws === undefined) expect(await answer).toEqual(returns);
  else await expect(answer).rejects.toMatchObject({ message: throws });
}
