/** A site that publishes Markdown, with a plugin of its own, one of a stranger, and one that means ill. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Platform } from "./app/platform.ts";
import { drafts, last, next } from "./drafts.ts";
import { heading, quote, table } from "./print.ts";
import { Visitor } from "./visitor.ts";
import { Webhook } from "./webhook.ts";

const OWN_PLUGINS: ReadonlySet<string> = new Set(["contents"]);
const WORD_COUNT = "org.words.word-count";
const TEASER = "com.popular.teaser";

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

const said: string[] = [];
const pass = (): void => undefined;
let words = 0;
let isServed = true;

const folder = await mkdtemp(join(tmpdir(), "plugin-platform-"));
await using end = new AsyncDisposableStack();
end.defer(() => rm(folder, { recursive: true }));
const webhook = end.use(new Webhook());
const platform = end.use(
  new Platform({
    path: join(folder, "site.db"),
    logger: { debug: pass, info: (message) => said.push(message), warn: pass, error: pass },
    metrics: ({ value }) => {
      words += value;
    },
    config: { [WORD_COUNT]: { webhook: await webhook.open() } },
  }),
);
const { plugins, publisher, storage } = platform;
const visitor = new Visitor(await platform.open());

/** @returns what came of it */
async function publishAll(all: typeof drafts): Promise<Parameters<typeof table>[0]> {
  const rows = [];
  for (const draft of all) {
    const { lastError: before } = (await plugins.status(TEASER)).health;
    const published = visitor.publish(draft);
    isServed &&= await visitor.watches("/", published);
    const { status, html } = await published;
    const { health, state } = await plugins.status(TEASER);
    const nothing = state === "broken" ? "It has failed too often" : "nothing";
    rows.push({
      article: draft.title,
      answer: status,
      "the teaser": draft.attack,
      contents: html.includes("<nav>") ? "yes" : "no",
      scripts: /script|onclick/.test(html) ? "yes" : "none",
      "what is told of it": health.lastError === before ? nothing : `${health.lastError?.message}`,
    });
  }
  return rows;
}

console.log("A site that publishes Markdown, and three plugins: its own, a stranger's, and one that means ill");

heading("Plugins ask to come in");
for (const { source, result, error } of await plugins.installAll(pathOf("plugins"))) {
  if (error !== undefined) throw error;
  if (result.kind !== "held") continue;
  const { plugin, digest, text } = result.request;
  console.log(OWN_PLUGINS.has(source) ? `${plugin} is the site's own` : `${plugin} is a stranger's`);
  if (!OWN_PLUGINS.has(source)) quote(text);
  await plugins.approve(plugin, digest);
}
for (const { plugin, error } of await plugins.startAll()) console.log(`${plugin} ${error?.message ?? "runs"}`);

heading("What the teaser has tried when it was started");
for (const message of said) quote(message);

heading("Articles are published, and at each the teaser does something worse");
table(await publishAll(drafts));

heading("Its next version asks for no more, and is taken at once");
const patch = await plugins.install(pathOf("updates/teaser-patch"));
console.log(`It is ${patch.kind}: version ${(await plugins.status(TEASER)).version} runs\n`);
table(await publishAll(next));
console.log(`\nAll the while the front page ${isServed ? "was there" : "was not always there"}`);
await publisher.told();
console.log(`The webhook was told of ${webhook.received.length} articles. The first: ${webhook.received[0]}`);
console.log(`Words counted: ${words}`);

heading("The stranger's next version asks for more");
const update = await plugins.install(pathOf("updates/word-count"));
if (update.kind !== "held") throw new Error("It should have been held");
quote(update.request.text);
console.log(`Meanwhile version ${(await plugins.status(WORD_COUNT)).version} runs`);
await plugins.approve(WORD_COUNT, update.request.digest);
console.log(`It is approved: version ${(await plugins.status(WORD_COUNT)).version} runs`);
const { html } = await visitor.publish(last);
await publisher.told();
quote(html.slice(html.indexOf("<h1>")).trimEnd());
console.log(`The webhook was told: ${webhook.received.at(-1)}`);

heading("So does the teaser's, and says otherwise");
const worse = await plugins.install(pathOf("updates/teaser"));
if (worse.kind !== "held") throw new Error("It should have been held");
quote(worse.request.text);
plugins.reject(TEASER, worse.request.digest);
console.log(`It is rejected: there is still version ${(await plugins.status(TEASER)).version}`);

heading("In the end");
const statuses = await Promise.all(plugins.list().map(({ id }) => plugins.status(id)));
table(
  statuses.map(({ id, version, state, health, use }) => ({
    plugin: id,
    version,
    state,
    crashes: health.crashes,
    restarts: health.restarts,
    denials: use.denials,
    heard: use.deliveries.done,
    failed: use.deliveries.failed,
    dropped: use.deliveries.dropped,
    stored: storage.usedBytes(id),
    "last error": health.lastError?.code ?? "none",
  })),
);
