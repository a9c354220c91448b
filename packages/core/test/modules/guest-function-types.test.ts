import { describe, expectTypeOf, it } from "vitest";
import type { CallOptions, GuestFunction } from "../../src/index.ts";

type Options = [options?: CallOptions];

describe("the types of a function of the guest", () => {
  it("have a call give the arguments that the function requires, and only those", () => {
    type Handler = GuestFunction<(id: number, name?: string) => Promise<string>>;
    type Call = Handler["call"];
    expectTypeOf<Parameters<Call>>().toEqualTypeOf<
      [args: readonly [id: number, name?: string | undefined], ...Options]
    >();
    expectTypeOf<ReturnType<Call>>().toEqualTypeOf<Promise<string>>();
    expectTypeOf<Call>().toBeCallableWith([1]);
    expectTypeOf<Call>().toBeCallableWith([1, "a"], { timeoutMs: 5 });
  });

  it("let arguments be left out where it can do without any", () => {
    type Optional = GuestFunction<(name?: string) => void>["call"];
    expectTypeOf<Parameters<Optional>>().toEqualTypeOf<[args?: readonly [name?: string | undefined], ...Options]>();
    expectTypeOf<Optional>().toBeCallableWith();
    expectTypeOf<GuestFunction["call"]>().toBeCallableWith();
    expectTypeOf<GuestFunction["call"]>().toBeCallableWith(["anything"]);
  });

  it("let each be taken for a function of any kind", () => {
    expectTypeOf<GuestFunction<(id: number) => string>>().toExtend<GuestFunction>();
  });
});
