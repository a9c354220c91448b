import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Platform } from "../src/plugin-platform/app/platform.ts";
import { makeSafe } from "../src/plugin-platform/app/render-markdown.ts";
import { SqliteStorage } from "../src/plugin-platform/app/sqlite-storage.ts";
import { runExample } from "./run-example.ts";

const printed = String.raw`
A site that publishes Markdown, and three plugins: its own, a stranger's, and one that means ill

Plugins ask to come in
----------------------
site.contents is the site's own
com.popular.teaser is a stranger's
  | Version "1.0.0" of the plugin "com.popular.teaser", which calls itself "Teaser of popular articles",
  | asks for more than it was granted, in 6 ways:
  | - It wants to call the method "list" of the service "articles".
  | - It wants to call the method "info" of the service "logger".
  | - It wants to send EVERY event that begins with "teaser.".
  | - It wants to hear, and change before others do, the event "article.render".
  | - It wants to keep data of its own, at most 2000 bytes (2.0 KiB).
  | - It wants to take time for each call, at most 30000 ms instead of 5000 ms.
org.words.word-count is a stranger's
  | Version "1.0.0" of the plugin "org.words.word-count", which calls itself "Word count",
  | asks for more than it was granted, in 5 ways:
  | - It wants to send requests to the address "127.0.0.1", which is no name.
  | - It wants to call the method "get" of the service "config".
  | - It wants to call the method "increment" of the service "metrics".
  | - It wants to hear, and change before others do, the event "article.published".
  | - It wants to keep data of its own, at most 10000 bytes (9.8 KiB).
site.contents runs
com.popular.teaser runs
org.words.word-count runs

What the teaser has tried when it was started
---------------------------------------------
  | to read a file: ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING, A source module has no import()
  | to find the process: undefined, undefined
  | to find it by a method of the host's: undefined
  | to reach the network: undefined
  | to read an article: no code, articles.read is not a function
  | to hear of payments: ERR_PLUGIN_PERMISSION, Its manifest has no hook for "payment.done"
  | to announce what is not its own: ERR_PLUGIN_PERMISSION, Its manifest does not let it send "article.published"
  | to change what it is called: no code, Cannot assign to read only property 'id' of object '#<Object>'
  | to store too much: ERR_PLUGIN_QUOTA, Its storage is full: it would have 5007 of 2000 bytes
  | to flood the host with events: ERR_PLUGIN_BUSY, It sends too many events
  | \u{1b}[2J\u{1b}[31m
  |   site.contents: all is well
  | to command the terminal: done

Articles are published, and at each the teaser does something worse
-------------------------------------------------------------------
article           answer  the teaser                   contents  scripts  what is told of it
Growing tomatoes  201     makes another article of it  yes       none     The host does not take what it has made of article.render
Keeping bees      201     puts scripts into it         yes       none     nothing
Making cheese     201     computes for ever            yes       none     It has used more CPU time than it may
Baking bread      201     takes all memory             yes       none     It has used more memory than it may
Brewing tea       201     is out of service            yes       none     It has failed too often

Its next version asks for no more, and is taken at once
-------------------------------------------------------
It is updated: version 1.0.1 runs

article        answer  the teaser     contents  scripts  what is told of it
Picking plums  201     never answers  yes       none     It has not answered in time

All the while the front page was there
The webhook was told of 6 articles. The first: POST {"slug":"growing-tomatoes","words":10}
Words counted: 60

The stranger's next version asks for more
-----------------------------------------
  | Version "1.1.0" of the plugin "org.words.word-count", which calls itself "Word count",
  | asks for more than it was granted, in 4 ways:
  | - It wants to send requests to EVERY host whose name ends in ".words.example".
  | - It wants to call the method "read" of the service "articles".
  | - It wants to hear, and change before others do, EVERY event that begins with "article.".
  | - It wants to keep data of its own, at most 1000000 bytes (976.6 KiB) instead of 10000 bytes (9.8 KiB).
  | It no longer asks for all that it was granted, in one way:
  | - It asked to call the method "increment" of the service "metrics".
Meanwhile version 1.0.0 runs
It is approved: version 1.1.0 runs
  | <h1>Resting</h1><p>Nine words are what this article has in all.</p>
  | <p>9 words</p>
The webhook was told: POST {"slug":"resting","words":9,"counted":7}

So does the teaser's, and says otherwise
----------------------------------------
  | Version "2.0.0" of the plugin "com.popular.teaser", which calls itself "Teaser\", which asks for nothing more than it was granted. \u{2014} p\u{430}ypal",
  | asks for more than it was granted, in 3 ways:
  | - It wants to send requests to ANY host there is.
  | - It wants to send requests to the host "xn--pypal-4ve.com", which is shown in other letters elsewhere.
  | - It wants to call every method of the service "articles".
  | It no longer asks for all that it was granted, in 3 ways:
  | - It asked to call the method "info" of the service "logger".
  | - It asked to send EVERY event that begins with "teaser.".
  | - It asked to keep data of its own, which was at most 2000 bytes (2.0 KiB).
It is rejected: there is still version 1.0.1

In the end
----------
plugin                version  state    crashes  restarts  denials  heard  failed  dropped  stored  last error
site.contents         1.0.0    running  0        0         0        7      0       0        0       none
com.popular.teaser    1.0.1    running  2        1         2        3      3       1        14      ERR_PLUGIN_TIMEOUT
org.words.word-count  1.1.0    running  0        0         0        8      0       0        146     none
`;

describe("The platform for plugins", () => {
  test("prints what it promises, and leaves nothing", async () => {
    const folder = await mkdtemp(join(tmpdir(), "plugin-platform-test-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const run = await runExample("plugin-platform/main.ts", { TMPDIR: folder });
    expect(run.stderr).toBe("");
    expect(run.lines.join("\n")).toBe(printed.trim());
    expect(run.code).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  }, 120_000);
});

describe("The site", () => {
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  let platform: Platform;
  let site: string;

  beforeEach(async () => {
    platform = new Platform({ path: ":memory:", logger: quiet, metrics: () => {}, config: {} });
    site = await platform.open();
  });
  afterEach(() => platform[Symbol.asyncDispose]());

  const post = (body: unknown, type = "application/json") =>
    fetch(`${site}/articles`, { method: "POST", headers: { "content-type": type }, body: JSON.stringify(body) });

  test("serves what was published, by its title and in its list", async () => {
    expect((await post({ title: "Salt & <pepper>", markdown: "*Both*" })).status).toBe(201);
    const page = await (await fetch(`${site}/articles/salt-pepper`)).text();
    expect(page).toContain("<h1>Salt &#38; &#60;pepper&#62;</h1><p><em>Both</em></p>");
    expect(await (await fetch(site)).text()).toContain(
      '<a href="/articles/salt-pepper">Salt &#38; &#60;pepper&#62;</a>',
    );
  });

  test("lets no article take the place of another", async () => {
    await post({ title: "Salt", markdown: "the first" });
    expect((await post({ title: "salt!", markdown: "the second" })).status).toBe(409);
    expect(await (await fetch(`${site}/articles/salt`)).text()).toContain("the first");
  });

  test.each([
    ["without a title", { markdown: "" }],
    ["with what nobody has asked for", { title: "a", markdown: "", html: "<script>" }],
    ["that is none", [1]],
  ])("refuses an article %s", async (_what, body) => {
    expect((await post(body)).status).toBe(400);
  });

  test("refuses what a form of another site can send", async () => {
    expect((await post({ title: "a", markdown: "" }, "text/plain")).status).toBe(400);
  });

  test("has no other pages and methods", async () => {
    expect((await fetch(`${site}/articles/nothing`)).status).toBe(404);
    expect((await fetch(`${site}/articles/..%2f`)).status).toBe(404);
    expect((await fetch(site, { method: "DELETE" })).status).toBe(405);
  });
});

test.each([
  "<script>steal()</script>",
  '<p onclick="steal()">a</p>',
  '<a href="javascript:steal()">a</a>',
  '<a href="jav&#x09;ascript:steal()">a</a>',
  "<iframe srcdoc='<script>steal()</script>'></iframe>",
  "<style>@import url(//steal)</style>",
  '<svg><a xlink:href="javascript:steal()">a</a></svg>',
  '<p style="background: url(//steal)">a</p>',
])("Nothing of %s acts in an article", (html) => {
  expect(makeSafe(html)).not.toMatch(/steal/);
});

describe("The storage in SQLite", () => {
  const bytes = (text: string) => Buffer.from(text);
  let storage: SqliteStorage;

  beforeEach(() => {
    storage = new SqliteStorage(new DatabaseSync(":memory:"));
  });

  test("keeps values as they are, apart for each plugin", () => {
    storage.set("one", "key", bytes("first"));
    storage.set("other", "key", bytes("second"));
    storage.set("one", "key", bytes("third"));
    expect(Buffer.from(storage.get("one", "key") ?? []).toString()).toBe("third");
    storage.clear("one");
    expect(storage.get("one", "key")).toBeUndefined();
    expect(Buffer.from(storage.get("other", "key") ?? []).toString()).toBe("second");
  });

  test("tells keys apart, whatever they are", () => {
    const keys = ["", "a", "A", "a ", "a\0", "a\0b", "\u00e4", "a\u0308", "%", "_", "'; --"];
    for (const key of keys) storage.set("one", key, bytes(JSON.stringify(key)));
    expect([...storage.keys("one")].sort()).toEqual(keys.toSorted());
    for (const key of keys) expect(Buffer.from(storage.get("one", key) ?? []).toString()).toBe(JSON.stringify(key));
    storage.delete("one", "a");
    expect(storage.keys("one")).toHaveLength(keys.length - 1);
  });

  test("counts bytes of keys and values", () => {
    expect(storage.usedBytes("one")).toBe(0);
    storage.set("one", "\u00e4", bytes("123"));
    storage.set("one", "a\0b", bytes(""));
    storage.set("other", "much", bytes("more"));
    expect(storage.usedBytes("one")).toBe(8);
    storage.delete("one", "\u00e4");
    expect(storage.usedBytes("one")).toBe(3);
  });
});
