import { describe, expect, it } from "vitest";
import { createNodeDriver, createNodeRuntimeDriverFactory, WebRuntime } from "../src/index.ts";

const program = `
  export async function digest(text) {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return new Uint8Array(bytes).toHex?.() ?? Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  export async function packed(text) {
    const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
    return (await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text()) === text;
  }
  export async function derive() {
    const key = await crypto.subtle.importKey("raw", new Uint8Array(4), "PBKDF2", false, ["deriveBits"]);
    const salt = new Uint8Array(4);
    return crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt, iterations: 2 ** 31 - 1 }, key, 256);
  }
`;

interface Exports {
  digest(text: string): Promise<string>;
  packed(text: string): Promise<boolean>;
  derive(): Promise<ArrayBuffer>;
}

describe("a web guest that stays", () => {
  it("has crypto.subtle and CompressionStream, and what it has others compute is its own time", async () => {
    await using runtime = new WebRuntime({
      systemDriver: createNodeDriver(),
      runtimeDriverFactory: createNodeRuntimeDriverFactory(),
      cpuTimeLimitMs: 300,
    });
    await using guest = await runtime.load<Exports>(program);
    expect(await guest.call("digest", ["abc"])).toMatch(/^ba7816bf8f01cfea/u);
    expect(await guest.call("packed", ["text".repeat(10_000)])).toBe(true);
    // An hour of it, on another thread: the guest itself waits.
    await expect(guest.call("derive", [])).rejects.toThrow("300 ms of CPU time");
  });
});
