/** Streams in both directions: a guest reads lines of its host one at a time, and its host takes pages as they are made. */
import { createNodeDriver, createNodeRuntimeDriverFactory, defineModule, NodeRuntime } from "vivarium";

let read = 0;
const log = defineModule({
  async *lines(): AsyncGenerator<string> {
    try {
      for (;;) {
        read += 1;
        yield read % 3 === 0 ? `error: disk ${read} is full` : `info: line ${read}`;
      }
    } finally {
      console.log(`the host has read ${read} lines, and is told that no more is wanted`);
    }
  },
});

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver(),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  modules: { "host:log": log },
  onStdio: ({ message }) => console.log(message.trimEnd()),
});

interface Exports {
  firstErrors(most: number): Promise<string[]>;
  pages(count: number): AsyncIterable<string>;
}

await using guest = await runtime.load<Exports>(
  `
  import { lines } from "host:log";

  export async function firstErrors(most: number): Promise<string[]> {
    const errors: string[] = [];
    for await (const line of lines()) {
      if (line.startsWith("error")) errors.push(line);
      if (errors.length === most) break;
    }
    return errors;
  }
  export async function* pages(count: number) {
    try {
      for (let page = 1; page <= count; page++) {
        console.log("the guest makes page", page);
        yield "page " + page + " of " + count;
      }
    } finally {
      console.log("the guest is told that no more is wanted");
    }
  }
  `,
  "/guest.ts",
);

console.log(await guest.call("firstErrors", [2]));
for await (const page of await guest.call("pages", [1000])) {
  console.log("the host has", page);
  if (page.startsWith("page 2")) break;
}
