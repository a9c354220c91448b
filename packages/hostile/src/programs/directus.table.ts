import type { OutcomeKind } from "vivarium";
import type { HostileProgram, ProgramGroup } from "../hostile-program.ts";

const failing: readonly OutcomeKind[] = ["threw"];
const answering: readonly OutcomeKind[] = ["returned"];
const either: readonly OutcomeKind[] = ["returned", "threw"];

type Expectation = Pick<HostileProgram, "ends" | "answer">;

/** What is imported, and the body of the handler that filters the event. */
function extension(name: string, body: string, expectation: Expectation): HostileProgram {
  const program = `import { log, request, sleep } from "directus:api";
    const many = (length, make) => Promise.all(Array.from({ length }, make));
    const told = (url, options) => request(url, options).then(() => "answered", ({ message }) => message);
    export default ({ filter }) => { filter("attack", async (payload) => { ${body} }); };`;
  return { name: `hook-${name}`, program, as: "extension", limits: { wallTimeLimitMs: 5_000 }, ...expectation };
}

/** Extensions of Directus that mean harm to their host, or whose servers do. */
export const directusPrograms: ProgramGroup = {
  name: "directus",
  programs: [
    extension("loop", "for (;;);", { ends: failing }),
    extension("never", "await new Promise(() => {});", { ends: failing }),
    extension("heap", "const all = []; for (;;) all.push(new Array(1000).fill(all.length));", { ends: failing }),
    extension("long-text", "return 'x'.repeat(8 * 2 ** 20 - 1000);", { ends: answering }),
    extension("longer-text", "return 'x'.repeat(2 ** 24);", { ends: failing }),
    extension("log-flood", "for (let n = 0; n < 1e5; n += 1) log('\\x1b[2J\\x07' + n); return 1;", { ends: either }),
    extension("log-without-end", "for (;;) log('x'.repeat(1e5));", { ends: failing }),
    extension("sleep-flood", "await many(50_000, () => sleep(2 ** 30));", { ends: failing }),
    extension("requests-flood", "await many(5_000, () => told('http://a.test/never'));", { ends: either }),
    extension("endless-responses", "return many(8, () => told('http://a.test/endless'));", { ends: answering }),
    extension("bombs", "return many(8, () => told('http://a.test/bomb'));", { ends: answering }),
    extension("cut-off", "return told('http://a.test/cut');", { ends: answering, answer: "unexpected end of file" }),
    extension("redirects-without-end", "return told('http://a.test/loop');", {
      ends: answering,
      answer: "Maximum number of redirects exceeded",
    }),
    extension("redirect-inside", "return told('http://a.test/inside');", {
      ends: answering,
      answer: 'No permission to request "http://inside.test/secret"',
    }),
    extension(
      "headers-that-pollute",
      "const { headers } = await request('http://a.test/names'); return typeof headers;",
      {
        ends: answering,
        answer: "object",
      },
    ),
    extension("deep-response", "return told('http://a.test/deep');", { ends: either }),
    extension(
      "body-that-doubles",
      "let twice = 'x'.repeat(10); for (let level = 0; level < 40; level += 1) twice = [twice, twice]; return told('http://a.test/x', { method: 'POST', body: twice });",
      { ends: answering, answer: "It is too long to be written out" },
    ),
    extension(
      "headers-that-inject",
      "return told('http://a.test/x', { headers: { 'x-a': 'a\\r\\nhost: inside.test', 'transfer-encoding': 'chunked', host: 'inside.test' } });",
      { ends: answering, answer: "answered" },
    ),
    extension(
      "error-that-pollutes",
      'throw JSON.parse(\'{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"message":"\\\\u001b[2J"}\');',
      { ends: failing },
    ),
    extension("answer-that-pollutes", 'return JSON.parse(\'{"__proto__":{"polluted":1}}\');', { ends: either }),
    extension("answer-that-lives", "return { then(resolve) { resolve(() => 1); } };", { ends: failing }),
    extension(
      "patched-realm",
      "JSON.stringify = Promise.prototype.then = Array.prototype[Symbol.iterator] = () => { globalThis.left = 1; throw 1; }; request('http://a.test/x'); log('x'); return 1;",
      { ends: either },
    ),
    {
      name: "hook-long-text-passed-on",
      program:
        "export default ({ filter }) => { filter('attack', () => 'x'.repeat(8 * 2 ** 20 - 1000)); filter('attack', (text) => text); };",
      as: "extension",
      limits: { wallTimeLimitMs: 5_000 },
      growthMiB: 128,
      ends: ["returned"],
    },
    {
      name: "hook-registrations",
      program: "export default ({ filter }) => { for (let n = 0; ; n += 1) filter('e'.repeat(1000) + n, () => 1); };",
      as: "extension",
      limits: { wallTimeLimitMs: 5_000 },
      ends: failing,
    },
    {
      name: "hook-schedules",
      program: "export default ({ schedule }) => { for (;;) schedule('0 0 29 2 *', () => { for (;;); }); };",
      as: "extension",
      limits: { wallTimeLimitMs: 5_000 },
      ends: failing,
    },
  ],
};
