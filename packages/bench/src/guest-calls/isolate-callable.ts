import type { Callable } from "./callable.ts";

const GUEST_HEAP_MIB = 64;

const ECHO = "(bytes) => bytes";
const CALL_HOST = `
  (async (kind, size, times) => {
    const bytes = new Uint8Array(size).fill(7);
    if (kind === "synchronous") for (let time = 0; time < times; time++) echoNow(bytes);
    else for (let time = 0; time < times; time++) await echoLater(bytes);
  })
`;

/** isolated-vm with nothing around it, in this process. */
export async function openBareIsolate(): Promise<Callable> {
  const { default: ivm } = await import("isolated-vm");
  const isolate = new ivm.Isolate({ memoryLimit: GUEST_HEAP_MIB });
  const context = isolate.createContextSync();
  context.global.setSync("echoNow", new ivm.Callback((bytes: Uint8Array) => bytes));
  context.global.setSync("echoLater", new ivm.Callback((bytes: Uint8Array) => bytes, { async: true }));
  const echo = await context.eval(ECHO, { reference: true });
  const callHost = await context.eval(CALL_HOST, { reference: true });
  return {
    echo: (bytes) => echo.apply(undefined, [bytes], { arguments: { copy: true }, result: { copy: true } }),
    callHost: (...asked) =>
      callHost.apply(undefined, asked, { arguments: { copy: true }, result: { promise: true, copy: true } }),
    async [Symbol.asyncDispose]() {
      isolate.dispose();
    },
  };
}
