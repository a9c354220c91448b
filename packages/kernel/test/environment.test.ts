import { defaultLimits, type EnvAccessRequest, errnoOf, WINDOW_BYTES } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { visibleEnvironment } from "../src/environment.ts";
import { GuestCalls, type HostPort, Library } from "../src/index.ts";
import { GuestUnderTest } from "./support/guest-under-test.ts";

describe("the environment", () => {
  it("shows what the check allows, asked with name and value, and nothing without a check", async () => {
    const asked: EnvAccessRequest[] = [];
    const check = async (request: EnvAccessRequest): Promise<boolean> => {
      asked.push(request);
      return request.key !== "TOKEN";
    };
    const variables = { PATH: "/bin", TOKEN: "secret", ["__proto__"]: "odd" };
    const visible = await visibleEnvironment(variables, check, () => undefined);
    expect(Object.entries(visible)).toEqual([
      ["PATH", "/bin"],
      ["__proto__", "odd"],
    ]);
    expect(asked[1]).toEqual({ op: "read", key: "TOKEN", value: "secret" });
    expect(Object.keys(await visibleEnvironment(variables, undefined, () => undefined))).toEqual([]);
  });

  it("asks before a variable is set or removed", () => {
    const env = ({ op, key }: EnvAccessRequest): boolean => op === "write" && key === "MINE";
    const guest = new GuestUnderTest({ permissions: { env } });
    expect(guest.call("process.setEnv", "MINE", "1")).toBe(0);
    expect(guest.call("process.setEnv", "PATH", "1")).toBe("EACCES");
    expect(guest.call("process.deleteEnv", "MINE")).toBe("EACCES");
    expect(guest.call("process.setEnv", "A=B", "1")).toBe("EINVAL");
    expect(guest.call("process.setEnv", "", "1")).toBe("EINVAL");
    expect(guest.call("process.setEnv", "A", "\0")).toBe("EINVAL");
    expect(new GuestUnderTest().call("process.setEnv", "A", "1")).toBe("EACCES");
  });

  it("asks the host nothing about texts that are longer than any variable", () => {
    const asked: string[] = [];
    const port: HostPort = {
      call(name) {
        asked.push(name);
        return { result: 0 };
      },
      request: () => ({ result: 0 }),
    };
    const window = new Uint8Array(WINDOW_BYTES);
    const onDiagnostic = (): void => undefined;
    const guest = new GuestCalls({
      window,
      library: new Library({ sources: {} }),
      isolate: () => undefined,
      onDiagnostic,
    });
    guest.begin({ host: port, limits: defaultLimits });
    const { calls } = guest;
    const long = "x".repeat(1024 * 1024 + 1);
    const invalid = errnoOf("EINVAL");
    expect(calls["process.setEnv"](0, 0, "A", long)).toBe(invalid);
    expect(calls["process.setEnv"](0, 0, long, "1")).toBe(invalid);
    expect(calls["process.deleteEnv"](0, 0, long)).toBe(invalid);
    expect(calls["fs.exists"](0, 0, long)).toBe(invalid);
    expect(asked).toEqual([]);
    expect(calls["process.setEnv"](0, 0, "A", "1")).toBe(0);
    expect(asked).toEqual(["process.setEnv"]);
  });
});
