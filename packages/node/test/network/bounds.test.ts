import { createPrivateKey, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { allowAllNetwork, type NetworkAddress } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createDefaultNetworkAdapter } from "../../src/index.ts";
import { listenOnHost } from "../../src/network/listen-on-host.ts";
import { makeCertificate } from "./support/certificate.ts";
import { failureOf, GuestNetworkUnderTest } from "./support/guest-network-under-test.ts";
import { serveTcp } from "./support/local-server.ts";

const check = allowAllNetwork.network;

describe("so many and no more are", () => {
  it("the addresses of one name that a guest is told", async () => {
    const addresses = Array.from(
      { length: 100 },
      (_, index): NetworkAddress => ({ address: `192.0.2.${index}`, family: 4 }),
    );
    await using guest = new GuestNetworkUnderTest({ network: { lookup: () => addresses }, check });
    const told = String(await guest.call("net.lookup", "a.test", 0, false)).split("\0");
    expect(told).toEqual(addresses.slice(0, 64).map(({ address }) => address));
  });

  it("the listeners of a guest, which count as open files", async () => {
    await using guest = new GuestNetworkUnderTest({ check, limits: { openFilesLimit: 2 } });
    const first = await guest.call("net.listen", "127.0.0.1", 0, 1, false);
    await guest.call("net.listen", "127.0.0.1", 0, 1, false);
    expect(await failureOf(guest.call("net.listen", "127.0.0.1", 0, 1, false))).toMatch(/^EMFILE: at most 2/);
    await guest.call("stream.close", first);
    expect(await failureOf(guest.call("net.listen", "127.0.0.1", 0, 1, false))).toMatch(/^no failure/);
  });

  it("the connections of a guest, from when they are begun", async () => {
    const begun: ((error: Error) => void)[] = [];
    const refuse = (): void => {
      for (const fail of begun.splice(0)) fail(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
    };
    const network = { connect: () => new Promise<never>((_resolve, reject) => begun.push(reject)) };
    await using guest = new GuestNetworkUnderTest({ network, check, limits: { openFilesLimit: 2 } });
    const connecting = Array.from({ length: 4 }, () => failureOf(guest.call("net.connect", "192.0.2.1", 80, "")));
    await expect.poll(() => begun.length).toBeGreaterThan(1);
    expect(await connecting[2]).toMatch(/^EMFILE: at most 2/);
    expect(await connecting[3]).toMatch(/^EMFILE: at most 2/);
    refuse();
    expect(await Promise.all(connecting.slice(0, 2))).toEqual(["ECONNREFUSED", "ECONNREFUSED"]);
    const again = failureOf(guest.call("net.connect", "192.0.2.1", 80, ""));
    await expect.poll(() => begun.length).toBe(1);
    refuse();
    expect(await again).toBe("ECONNREFUSED");
  });

  it("the connections that strangers have to a port of the machine", async () => {
    const port = await listenOnHost({ address: "127.0.0.1", port: 0, backlog: 10 }, 2);
    const open: Socket[] = [];
    const ends: Promise<unknown>[] = [];
    for (let count = 0; count < 3; count += 1) {
      const socket = connect(port.local.port, "127.0.0.1");
      socket.on("error", () => undefined);
      ends.push(once(socket, "close").then(() => count));
      await once(socket, "connect");
      open.push(socket);
    }
    expect(await Promise.race(ends)).toBe(2);
    // Who leaves makes room.
    open[0]?.destroy();
    const accepted = await port.accept();
    await accepted?.read();
    accepted?.destroy();
    const next = connect(port.local.port, "127.0.0.1");
    next.write("hello");
    await port.accept();
    const last = await port.accept();
    expect(Buffer.from((await last?.read()) ?? []).toString()).toBe("hello");
    port.close();
    for (const socket of [...open, next]) socket.destroy();
  });

  it("the layers of TLS within TLS", async () => {
    const certificate = makeCertificate(["localhost"]);
    const wrap = (plain: Duplex, layers: number): void => {
      if (layers === 0) return;
      const secure = new TLSSocket(plain, { isServer: true, ...certificate });
      secure.on("error", () => undefined);
      secure.once("secure", () => wrap(secure, layers - 1));
    };
    await using server = await serveTcp((socket) => wrap(socket, 5));
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    await using guest = new GuestNetworkUnderTest({ network, check });
    const socket = await guest.connectTo("127.0.0.1", server.port);
    const options = { servername: "localhost", ca: [certificate.cert] };
    for (let layer = 0; layer < 4; layer += 1) expect(await socket.secure(options)).toMatchObject({ authorized: true });
    expect(await failureOf(socket.secure(options))).toBe("EALREADY: it is within TLS already");
  });

  it("the bits of a key of RSA that the host signs with for a guest", async () => {
    const keyOf = (bits: number): string => {
      const number = (length: number): string => {
        const bytes = randomBytes(length / 8);
        bytes[0] = 0xff;
        return bytes.toString("base64url");
      };
      const half = number(bits / 2);
      // Nobody can sign with it: it is looked at before.
      const parts = { n: number(bits), d: number(bits), p: half, q: half, dp: half, dq: half, qi: half };
      const key = { kty: "RSA", e: "AQAB", ...parts };
      return createPrivateKey({ key, format: "jwk" }).export({ type: "pkcs8", format: "pem" }).toString();
    };
    await using server = await serveTcp((socket) => void socket.end());
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    await using guest = new GuestNetworkUnderTest({ network, check });
    const outcome = async (bits: number): Promise<string> => {
      const socket = await guest.connectTo("127.0.0.1", server.port);
      return await failureOf(socket.secure({ key: keyOf(bits) }));
    };
    expect(await outcome(4_112)).toBe("ENOTSUP: a key may have 4096 bits");
    expect(await outcome(4_096)).toMatch(/^no failure/);
  });
});
