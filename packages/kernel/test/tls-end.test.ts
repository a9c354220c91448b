import { describe, expect, it } from "vitest";
import { methods } from "../src/cryptography/operations.table.ts";
import { CallFailure } from "../src/system-calls/call-failure.ts";
import type { Kept } from "./support/crypto-guest.ts";
import { TlsPair } from "./support/tls-pair.ts";

const TLS_1_2 = 0x303;
const TLS_1_3 = 0x304;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("an end of TLS beside a guest", () => {
  it.each([TLS_1_2, TLS_1_3])(
    "agrees with another of the same guest, and says what it is told (version %i)",
    (version) => {
      const pair = new TlsPair(version);
      pair.run("client", "setServername", "localhost");
      pair.run("client", "start");
      expect(pair.run("client", "verifyError")).toBeNull();
      expect(pair.run("server", "getServername")).toBe("localhost");
      pair.run("client", "writeBytes", text("ping"));
      pair.run("server", "writeBytes", text("pong"));
      pair.run("server", "shutDown");
      expect([pair.read("server"), pair.read("client")]).toEqual(["ping", "pong(-4095)"]);
    },
  );

  it("takes nobody for verified with whom it has not agreed", () => {
    const pair = new TlsPair(TLS_1_3);
    expect(pair.run("client", "verifyError")).toMatchObject({ properties: { code: "UNABLE_TO_GET_ISSUER_CERT" } });
  });

  it("takes no second write before the first is out: Node's binding would end its process", () => {
    const { guest, client } = new TlsPair(TLS_1_3);
    guest.ask(client, "writeBytes", text("early"));
    expect(() => guest.ask(client, "writeBytes", text("more"))).toThrow(new CallFailure("EINVAL"));
  });

  it("goes on with a certificate only when it has asked for one", () => {
    const { guest, server } = new TlsPair(TLS_1_3);
    guest.ask(server, "enableCertCb");
    expect(() => guest.ask(server, "certCbDone")).toThrow(new CallFailure("EINVAL"));
  });

  it.each([
    ["which certificate to take", "enableCertCb", "oncertcb"],
    ["whether it knows the session", "enableSessionCallbacks", "onclienthello"],
  ])("keeps no more of a peer than a bound while its program considers %s", (_what, enable, asked) => {
    const pair = new TlsPair(TLS_1_2);
    pair.run("server", enable);
    pair.run("client", "start");
    expect(pair.told.server.map(([name]) => name)).toContain(asked);
    const sent = Array.from({ length: 40 }, () => pair.guest.ask(pair.server, "receiveBytes", new Uint8Array(65_536)));
    expect(sent.at(0)?.[0]).toBe(true);
    expect(sent.at(-1)).toMatchObject([false, { properties: { code: "ERR_OUT_OF_RANGE" } }]);
  });

  it("counts to its guest what waits in it to be sent, as long as it waits", () => {
    const { guest, trusting } = new TlsPair(TLS_1_3);
    const piece = new Uint8Array(64 * 1024 * 1024);
    const make = (): Kept => guest.make("TLSWrap", trusting, false);
    const waiting = [make(), make(), make()];
    expect(waiting.map((end) => guest.ask(end, "writeBytes", piece)[0])).toEqual([true, true, true]);
    const late = make();
    expect(guest.ask(late, "writeBytes", piece)).toMatchObject([
      false,
      { message: expect.stringContaining("take too much memory") },
    ]);
    guest.engine.close(waiting[0]?.number ?? 0);
    expect(guest.ask(late, "writeBytes", piece)[0]).toBe(true);
  });

  it("keeps no more of a peer than a bound while its program considers which protocol to take", () => {
    const pair = new TlsPair(TLS_1_3);
    pair.run("server", "enableALPNCb");
    pair.guest.ask(pair.client, "setALPNProtocols", Uint8Array.from([1, 97]));
    pair.run("client", "start");
    expect(pair.told.server.map(([name]) => name)).toEqual(["ALPNCallback"]);
    const sent = Array.from({ length: 40 }, () => pair.guest.ask(pair.server, "receiveBytes", new Uint8Array(65_536)));
    expect(sent.at(-1)).toMatchObject([false, { properties: { code: "ERR_OUT_OF_RANGE" } }]);
  });

  it("is made of no key, and no parameters, that each handshake would take hours for", () => {
    const { guest, trusting } = new TlsPair(TLS_1_3);
    const refusal = [false, { kind: "RangeError", properties: { code: "ERR_OUT_OF_RANGE" } }];
    expect(guest.ask(trusting, "setKey", "k".repeat(65_537), undefined)).toMatchObject(refusal);
    expect(guest.ask(trusting, "setDHParam", text("p".repeat(65_537)))).toMatchObject(refusal);
    expect(guest.ask(trusting, "loadPKCS12", new Uint8Array(1024 * 1024 + 1))).toMatchObject(refusal);
    expect(guest.ask(trusting, "setKey", "k".repeat(65_536), undefined)).not.toMatchObject(refusal);
  });

  it("has a program choose a protocol by what a client says first, piece by piece", () => {
    const pair = new TlsPair(TLS_1_3);
    pair.run("server", "enableALPNCb");
    const offer = Uint8Array.from([1, 97, 1, 98]);
    pair.guest.ask(pair.client, "setALPNProtocols", offer);
    const [, [, told]] = pair.guest.ask(pair.client, "start") as [true, [unknown, [string, [Uint8Array]][]]];
    const hello = Buffer.concat(told.flatMap(([name, [bytes]]) => (name === "out" ? [bytes] : [])));
    for (const byte of hello) pair.run("server", "receiveBytes", Uint8Array.of(byte));
    expect(pair.told.server).toEqual([["ALPNCallback", [offer]]]);
    pair.run("server", "chooseProtocol", 2);
    expect(pair.run("client", "getALPNNegotiatedProtocol")).toBe("b");
  });

  it("looks at what a client says first but once, in however many records it comes", () => {
    const pair = new TlsPair(TLS_1_3);
    pair.run("server", "enableALPNCb");
    // To put the records together anew for each of them would take hours.
    const records = Buffer.alloc(6 * 2 ** 20);
    for (let at = 0; at < records.length; at += 6) records.set([22, 3, 1, 0, 1, at === 0 ? 1 : 255], at);
    pair.run("server", "receiveBytes", records);
    expect(pair.told.server.at(-1)?.[0]).toBe("onerror");
  });

  it.each([TLS_1_2, TLS_1_3])(
    "comes back from whatever is asked in any order once it has agreed (version %i)",
    (version) => {
      const names = Object.keys(methods["TLSWrap"] ?? {});
      const operands: readonly (readonly unknown[])[] = [
        [],
        [text("x")],
        [true],
        [true, false],
        ["a"],
        [16, "label"],
        [5],
      ];
      let answered = 0;
      for (let step = 0, pair = new TlsPair(version); step < 1_500; step += 1) {
        if (step % 60 === 0) {
          pair = new TlsPair(version);
          pair.run("client", "start");
        }
        const end = (step * 7) % 3 === 0 ? "server" : "client";
        const name = names[(step * 31 + Math.floor(step / 17)) % names.length] ?? "";
        const given = operands[(step * 13 + Math.floor(step / 29)) % operands.length] ?? [];
        try {
          pair.run(end, name, ...given);
          answered += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(CallFailure);
        }
      }
      expect(answered).toBeGreaterThan(150);
    },
  );
});
