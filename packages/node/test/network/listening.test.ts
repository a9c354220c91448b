import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allowAllNetwork, allowHosts, errnoCodeOf, type NetworkAdapter } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createDefaultNetworkAdapter } from "../../src/index.ts";
import { DnsServer } from "./support/dns-server.ts";
import { failureOf, GuestNetworkUnderTest } from "./support/guest-network-under-test.ts";

describe("a guest that listens", () => {
  it("is connected to by its host, without a port of the machine", async () => {
    await using guest = new GuestNetworkUnderTest({ check: (request) => request.op === "listen" });
    const listener = Number(await guest.call("net.listen", "0.0.0.0", 3000, 511, false));
    expect(guest.asked).toEqual([{ op: "listen", hostname: "0.0.0.0", port: 3000 }]);
    expect(JSON.parse(String(await guest.call("net.addresses", listener)))).toEqual({
      local: { address: "0.0.0.0", family: "IPv4", port: 3000 },
    });
    const accepting = guest.call("net.accept", listener);
    const end = guest.host.connectToGuest(3000);
    end?.write("hello");
    const accepted = Number(await accepting);
    expect(await guest.call("stream.read", accepted, 100)).toBe("hello");
    const answered = guest.callWith("stream.write", Buffer.from("world"), accepted);
    const [piece] = await once(end as NonNullable<typeof end>, "data");
    expect(String(piece)).toBe("world");
    await answered;
    expect(guest.host.connectToGuest(3001)).toBeUndefined();
    expect(guest.host.connectToGuest()).toBeDefined();
    expect(await failureOf(guest.call("net.listen", "0.0.0.0", 3000, 511, false))).toBe("EADDRINUSE");
    const refused = connect(3000, "127.0.0.1");
    const [error] = await once(refused, "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("is asked about, and listens nowhere once it is closed", async () => {
    await using closed = new GuestNetworkUnderTest({});
    expect(await failureOf(closed.call("net.listen", "0.0.0.0", 0, 1, false))).toBe("EACCES");
    await using hosts = new GuestNetworkUnderTest({ check: allowHosts(["*"]) });
    expect(await failureOf(hosts.call("net.listen", "0.0.0.0", 80, 1, false))).toBe("EACCES");
    await using guest = new GuestNetworkUnderTest({ check: allowAllNetwork.network });
    const listener = await guest.call("net.listen", "127.0.0.1", 0, 1, false);
    const accepting = failureOf(guest.call("net.accept", listener));
    expect(await failureOf(guest.call("net.accept", listener))).toBe("EBUSY");
    await guest.call("stream.close", listener);
    expect(await accepting).toBe("ECANCELED");
    expect(guest.host.connectToGuest()).toBeUndefined();
  });

  it("has no addresses but its own where no port of the machine is opened", async () => {
    await using guest = new GuestNetworkUnderTest({ check: allowAllNetwork.network });
    for (const address of ["192.0.2.1", "10.0.0.1", "2001:db8::1"]) {
      expect(await failureOf(guest.call("net.listen", address, 0, 1, false)), address).toContain("EADDRNOTAVAIL");
    }
    for (const address of ["127.0.0.1", "127.8.7.6", "0.0.0.0", "::", "::1"]) {
      expect(await guest.call("net.listen", address, 0, 1, false), address).toBeGreaterThan(0);
    }
  });

  it("has ports of its own for each family, where it wants no IPv4 on ::", async () => {
    await using guest = new GuestNetworkUnderTest({ check: allowAllNetwork.network });
    await guest.call("net.listen", "::", 3000, 1, true);
    expect(await failureOf(guest.call("net.listen", "::1", 3000, 1, false))).toBe("EADDRINUSE");
    expect(await failureOf(guest.call("net.connect", "127.0.0.1", 3000, ""))).not.toContain("no failure");
    expect(await guest.call("net.listen", "0.0.0.0", 3000, 1, false)).toBeGreaterThan(0);
    expect(await guest.call("net.connect", "127.0.0.1", 3000, "")).toBeGreaterThan(0);
    expect(await guest.call("net.connect", "::1", 3000, "")).toBeGreaterThan(0);
    await guest.call("net.listen", "::", 3001, 1, false);
    expect(await failureOf(guest.call("net.listen", "127.0.0.1", 3001, 1, false))).toBe("EADDRINUSE");
    expect(await guest.call("net.connect", "127.0.0.1", 3001, "")).toBeGreaterThan(0);
  });

  it("does so at once in a cell that cannot wait", async () => {
    const cases = [
      [undefined, "EACCES"],
      [allowAllNetwork.network, 1],
      [async () => true, "ENOTSUP"],
    ] as const;
    for (const [check, expected] of cases) {
      await using guest = new GuestNetworkUnderTest(check === undefined ? {} : { check });
      const { result } = guest.host.inlinePort().call("net.listen", ["127.0.0.1", 0, 1, false], new Uint8Array(0));
      const code = typeof result === "number" && result < 0 ? errnoCodeOf(result) : result;
      expect(code).toBe(expected);
    }
  });

  it("lets no more wait than it says", async () => {
    await using guest = new GuestNetworkUnderTest({ check: allowAllNetwork.network });
    await guest.call("net.listen", "127.0.0.1", 80, 2, false);
    guest.host.connectToGuest(80);
    guest.host.connectToGuest(80);
    expect(() => guest.host.connectToGuest(80)).toThrow("ECONNREFUSED");
  });

  it("has a port of the machine where its adapter opens one, until its run is over", async () => {
    const network = createDefaultNetworkAdapter({ listen: true });
    const guest = new GuestNetworkUnderTest({ network, check: allowAllNetwork.network });
    const listener = await guest.call("net.listen", "127.0.0.1", 0, 10, false);
    const { local } = JSON.parse(String(await guest.call("net.addresses", listener)));
    const client = connect(local.port, "127.0.0.1");
    client.write("hello");
    const accepted = await guest.call("net.accept", listener);
    expect(await guest.call("stream.read", accepted, 100)).toBe("hello");
    const { remote } = JSON.parse(String(await guest.call("net.addresses", accepted)));
    expect(remote).toEqual({ address: "127.0.0.1", family: "IPv4", port: client.localPort });
    const ended = once(client, "close");
    client.on("error", () => undefined);
    await guest.host.dispose();
    await ended;
    const [error] = await once(connect(local.port, "127.0.0.1"), "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("a Unix socket of the host", () => {
  it("is an operation of its own, and of no adapter that does not open them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "vivarium-unix-"));
    const path = join(folder, "socket");
    const server: Server = createServer((socket) => socket.end("inside"));
    server.listen(path);
    await once(server, "listening");
    try {
      const open = createDefaultNetworkAdapter({ unixSockets: true });
      const outcome = async (network: NetworkAdapter, check: Parameters<typeof guestWith>[1]): Promise<string> => {
        await using guest = guestWith(network, check);
        return await failureOf(
          guest.call("net.connectPath", path).then((stream) => guest.call("stream.read", stream, 100)),
        );
      };
      expect(await outcome(open, ({ op, path: asked }) => op === "unix" && asked === path)).toContain("inside");
      expect(await outcome(open, allowHosts(["*"]))).toBe("EACCES");
      expect(await outcome(createDefaultNetworkAdapter(), () => true)).toBe(
        "ENOTSUP: the network has no connectPath()",
      );
    } finally {
      server.close();
      await rm(folder, { recursive: true });
    }
  });
});

function guestWith(
  network: NetworkAdapter,
  check: NonNullable<ConstructorParameters<typeof GuestNetworkUnderTest>[0]["check"]>,
): GuestNetworkUnderTest {
  return new GuestNetworkUnderTest({ network, check });
}

describe("a question to the DNS", () => {
  it("is answered with records, or with the code that the DNS gives", async () => {
    await using server = new DnsServer(({ name, type }) => {
      if (name !== "a.test") return undefined;
      return type === 16 ? [Buffer.from("\x05hello")] : type === 1 ? [Buffer.from([192, 0, 2, 7])] : [];
    });
    const network = createDefaultNetworkAdapter({ dnsServers: [await server.listen()] });
    await using guest = new GuestNetworkUnderTest({ network, check: allowHosts(["*.test"]) });
    const query = async (type: string, name: string): Promise<unknown> =>
      JSON.parse(String(await guest.call("dns.query", type, name)));
    expect(await query("TXT", "a.test")).toEqual({ records: [["hello"]] });
    expect(await query("A", "a.test")).toEqual({ records: [{ address: "192.0.2.7", ttl: 0 }] });
    expect(await query("MX", "a.test")).toEqual({ error: "ENODATA" });
    expect(await query("A", "b.test")).toEqual({ error: "ENOTFOUND" });
    expect(await failureOf(guest.call("dns.query", "A", "a.example"))).toBe("EACCES");
    expect(await failureOf(guest.call("dns.query", "AXFR", "a.test"))).toBe("EINVAL");
    expect(server.questions.some(({ name }) => name === "a.example")).toBe(false);
  });
});
