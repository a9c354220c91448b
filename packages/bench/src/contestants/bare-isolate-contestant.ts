import { type Contestant, measuredContent, measuredFile, type Session } from "./contestant.ts";

const guestHeapMiB = 64;

/**
 * isolated-vm with nothing around it: a new isolate and context for each program. There is no `fs`; its calls go to a
 * bare callback into a Map, which is the least that a call out of an isolate can cost.
 */
export const bareIsolateContestant: Contestant = {
  title: "isolated-vm 7.0.1, bare",
  callsProgram: (call, count) => `for (let i = 0; i < ${count}; i++) ${call}("${measuredFile}");\n${count}`,
  filesProgram: () => "1",
  waitingProgram: () => "1",
  endsAtOnce: true,
  async open(): Promise<Session> {
    const { default: ivm } = await import("isolated-vm");
    const files = new Map([[measuredFile, measuredContent]]);
    const held: { dispose(): void }[] = [];
    return {
      async run(code): Promise<unknown> {
        const isolate = new ivm.Isolate({ memoryLimit: guestHeapMiB });
        held.push(isolate);
        const context = isolate.createContextSync();
        context.global.setSync("statSync", new ivm.Callback((path: string) => files.get(path)?.length));
        context.global.setSync("readFileSync", new ivm.Callback((path: string) => files.get(path)));
        return context.evalSync(code, { copy: true });
      },
      async [Symbol.asyncDispose](): Promise<void> {
        for (const isolate of held) isolate.dispose();
      },
    };
  },
};
