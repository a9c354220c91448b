import {
  defineModule,
  type GuestFunction,
  guestFunction,
  type HostCall,
  type HostModule,
  hostFunction,
  type ModuleAccessRequest,
} from "@vivarium/core";
import { expect } from "vitest";
import type { RuntimeDriverCase } from "./runtime-driver-case.ts";

const modules: RuntimeDriverCase["needs"] = ["modules"];
const livingModules: RuntimeDriverCase["needs"] = ["modules", "living"];

function given(members: object): { readonly modules: ReadonlyMap<string, HostModule> } {
  return { modules: new Map([["host:thing", defineModule(members)]]) };
}

/** What guests import of their host. */
export const moduleCases: readonly RuntimeDriverCase[] = [
  {
    name: "a module of the host is imported by its name, and its functions answer at once or by promise",
    needs: modules,
    async run({ exportsOf }) {
      const code = `
        import whole, { version, add, later } from "host:thing";
        export const out = [version, add(1, 2), await later(new Map([[1n, "x"]])), whole.add === add, typeof whole.deep.name];
      `;
      const members = {
        version: 3,
        add: (a: number, b: number): number => a + b,
        later: async (value: unknown): Promise<unknown> => [value],
        deep: { name: (): string => "deep" },
      };
      expect(await exportsOf(code, { filePath: "/entry.mjs", ...given(members) })).toEqual({
        out: [3, 3, [new Map([[1n, "x"]])], true, "function"],
      });
    },
  },
  {
    name: "a program that is given no module finds none, and one that is given some finds no other",
    needs: modules,
    async run({ exportsOf }) {
      const code = `export const found = await import("host:other").then(() => true, () => false);`;
      expect(await exportsOf(code, { filePath: "/entry.mjs" })).toEqual({ found: false });
      expect(await exportsOf(code, { filePath: "/entry.mjs", ...given({ one: 1 }) })).toEqual({ found: false });
    },
  },
  {
    name: "an error of a host function arrives with name, code and message, and without the host's stack",
    needs: modules,
    async run({ exportsOf }) {
      const code = `
        import { fail } from "host:thing";
        try { fail(); } catch (error) { var told = [error instanceof RangeError, error.code, error.message, error.stack]; }
        export { told };
      `;
      const fail = (): never => {
        throw Object.assign(new RangeError("no more"), { code: "E_MORE" });
      };
      const { told } = (await exportsOf(code, { filePath: "/entry.mjs", ...given({ fail }) })) as { told: unknown[] };
      expect(told).toEqual([true, "E_MORE", "no more", expect.not.stringContaining("module-cases")]);
    },
  },
  {
    name: "a call that its check denies is never made, and the guest gets EACCES",
    needs: modules,
    async run({ open }) {
      const asked: ModuleAccessRequest[] = [];
      const check = (request: ModuleAccessRequest): boolean => asked.push(request) < 1;
      await using world = open({ permissions: { module: check } });
      const code = `
        import { touch } from "host:thing";
        try { touch(1); } catch (error) { var code = error.code; }
        export { code };
      `;
      const touch = (): never => expect.unreachable("it was denied");
      expect(await world.exportsOf(code, { filePath: "/entry.mjs", ...given({ touch }) })).toEqual({ code: "EACCES" });
      expect(asked).toEqual([{ module: "host:thing", function: "touch", args: [1] }]);
    },
  },
  {
    name: "a function that a guest hands over can be called, and is of no use once its guest has ended",
    needs: livingModules,
    async run({ load }) {
      let handle: GuestFunction<(value: number) => number> | undefined;
      const take = hostFunction({
        parameters: [guestFunction<(value: number) => number>()],
        run: (_call: HostCall, callback) => {
          handle = callback;
        },
      });
      const code = `import { take } from "host:thing"; let sum = 0; take((value) => (sum += value));`;
      {
        await using _guest = await load(code, { filePath: "/entry.mjs", ...given({ take }) });
        expect([await handle?.call([2]), await handle?.call([3])]).toEqual([2, 5]);
      }
      await expect(handle?.call([1])).rejects.toMatchObject({ code: "ERR_CALL_FAILED", detail: { reason: "ended" } });
    },
  },
  {
    name: "an async iterable of the host makes values when they are wanted, and ends with its guest",
    needs: modules,
    async run({ exportsOf }) {
      let made = 0;
      let closed = 0;
      const count = async function* (): AsyncGenerator<number> {
        try {
          for (;;) {
            made += 1;
            yield made;
          }
        } finally {
          closed += 1;
        }
      };
      const code = `
        import { count } from "host:thing";
        export const seen = [];
        for await (const value of count()) if (seen.push(value) === 3) break;
        await count().next();
      `;
      expect(await exportsOf(code, { filePath: "/entry.mjs", ...given({ count }) })).toEqual({ seen: [1, 2, 3] });
      expect(made).toBe(4);
      await expect.poll(() => closed).toBe(2);
    },
  },
  {
    name: "the signal of a host function fires when its guest ends",
    needs: modules,
    async run({ run }) {
      const aborted = Promise.withResolvers<void>();
      const wait = hostFunction({
        run: ({ signal }: HostCall): Promise<never> =>
          new Promise(() => signal.addEventListener("abort", () => aborted.resolve())),
      });
      const code = `import { wait } from "host:thing"; wait(); setTimeout(() => process.exit(3), 20);`;
      const { outcome } = await run(code, { filePath: "/entry.mjs", ...given({ wait }) });
      expect(outcome).toMatchObject({ kind: "exited", code: 3 });
      await aborted.promise;
    },
  },
];
