import { allowAllNetwork, allowHosts, allowUrls, any, type NetworkAccessRequest } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createDefaultNetworkAdapter } from "../../src/index.ts";
import { DnsServer, inTurn } from "./support/dns-server.ts";
import { failureOf, GuestNetworkUnderTest } from "./support/guest-network-under-test.ts";
import { serveHttp } from "./support/local-server.ts";

const refused = "EACCES: the address is a private one, which the policy does not name";
const anything = (): boolean => true;

/** Hosts of URLs that lead inside. */
const inside = [
  "127.0.0.1",
  "127.1",
  "127.255.255.254",
  "0x7f.0.0.1",
  "0x7f000001",
  "2130706433",
  "017700000001",
  "0177.0.0.1",
  "127.0.0.1.",
  "0.0.0.0",
  "0",
  "localhost",
  "LOCALHOST.",
  "a.localhost",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::FFFF:7F00:0001]",
  "[::127.0.0.1]",
  "[64:ff9b::127.0.0.1]",
  "[64:ff9b:1::7f00:1]",
  "[2002:7f00:1::]",
  "[2001:0:7f00:1::]",
  "[::ffff:0:127.0.0.1]",
  "10.0.0.1",
  "10.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "169.254.169.254",
  "0xa9fea9fe",
  "[::ffff:169.254.169.254]",
  "[fd00:ec2::254]",
  "100.64.0.1",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "198.18.0.1",
  "203.0.113.7",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "[fe80::1]",
  "[fec0::1]",
  "[fc00::1]",
  "[ff02::1]",
  "[2001:db8::1]",
  "[100::1]",
] as const;

describe("private addresses", () => {
  it("are refused to a check that allows everything, in every spelling and by every road", async () => {
    await using server = await serveHttp((_request, response) => response.end("inside"));
    const network = createDefaultNetworkAdapter();
    const { connect: _, ...fetching } = network;
    for (const host of inside) {
      for (const check of [anything, allowAllNetwork.network]) {
        await using raw = new GuestNetworkUnderTest({ network, check });
        await using gated = new GuestNetworkUnderTest({ network: fetching, check });
        expect([host, await failureOf(raw.get(`http://${host}:${server.port}/`))]).toEqual([host, refused]);
        expect([host, await failureOf(gated.get(`http://${host}:${server.port}/`))]).toEqual([host, refused]);
      }
    }
    expect(server.connections).toBe(0);
  });

  it("are told from public ones at the borders of their ranges", async () => {
    const network = createDefaultNetworkAdapter({ connectTimeoutMs: 1 });
    const publics = ["9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "100.63.255.255"];
    for (const host of [...publics, "100.128.0.0", "223.255.255.255", "[2001:4860:4860::8888]", "[2606:4700::1111]"]) {
      await using guest = new GuestNetworkUnderTest({ network, check: anything });
      expect([host, await failureOf(guest.get(`http://${host}/`))]).not.toEqual([host, refused]);
    }
  });

  it("are let through where a policy names them, and at the ports that it names", async () => {
    await using server = await serveHttp((_request, response) => response.end("inside"));
    const network = createDefaultNetworkAdapter();
    const { port } = server;
    const outcome = async (check: (request: NetworkAccessRequest) => unknown, host: string): Promise<string> => {
      await using guest = new GuestNetworkUnderTest({ network, check: check as () => boolean });
      const answer = await failureOf(guest.get(`http://${host}:${port}/`));
      return answer.includes("inside") ? "inside" : answer;
    };
    expect(await outcome(allowHosts([`127.0.0.1:${port}`]), "0x7f.1")).toBe("inside");
    expect(await outcome(allowHosts(["localhost"]), "localhost")).toBe("inside");
    expect(await outcome(allowUrls([`http://127.0.0.1:${port}/**`]), "127.0.0.1")).toBe("inside");
    expect(await outcome(allowHosts(["*"]), "127.0.0.1")).toBe(refused);
    expect(await outcome(any(allowHosts(["*"]), allowHosts([`127.0.0.1:${port + 1}`])), "127.0.0.1")).toBe(refused);
    expect(await outcome(any(allowHosts(["*"]), allowUrls([`http://127.0.0.1:${port}/other`])), "localhost")).toBe(
      refused,
    );
    expect(await outcome(any(allowHosts(["*"]), allowHosts(["10.0.0.1"])), "127.0.0.1")).toBe(refused);
  });

  it("are let through by the adapter's own exceptions: ports of loopback, ranges", async () => {
    await using server = await serveHttp((_request, response) => response.end("inside"));
    const { port } = server;
    const exempt = createDefaultNetworkAdapter({ loopbackExemptPorts: [port] });
    const ranged = createDefaultNetworkAdapter({ allowAddresses: ["127.0.0.0/31"] });
    for (const network of [exempt, ranged]) {
      await using guest = new GuestNetworkUnderTest({ network, check: anything });
      expect(await guest.get(`http://127.0.0.1:${port}/`)).toContain("inside");
    }
    await using guest = new GuestNetworkUnderTest({ network: exempt, check: anything });
    await using other = new GuestNetworkUnderTest({ network: ranged, check: anything });
    expect(await failureOf(guest.get(`http://127.0.0.1:${port + 1}/`))).toBe(refused);
    expect(await failureOf(guest.get(`http://10.0.0.1:${port}/`))).toBe(refused);
    expect(await failureOf(other.get(`http://127.0.0.2:${port}/`))).toBe(refused);
  });
});

describe("a name that is bound anew between two looks", () => {
  it("is looked up once for a connection, which goes to what was found", async () => {
    await using server = await serveHttp((_request, response) => response.end("inside"));
    await using names = new DnsServer(inTurn("rebind.test", ["198.51.100.1", "127.0.0.1"]));
    const network = createDefaultNetworkAdapter({
      dnsServers: [await names.listen()],
      // Nobody is there: a connection to the address that was found comes to nothing.
      allowAddresses: ["198.51.100.0/24"],
      connectTimeoutMs: 50,
    });
    const url = `http://rebind.test:${server.port}/`;
    for (const check of [anything, allowUrls(["http://rebind.test:*/**"]), allowHosts(["rebind.test"])]) {
      await using guest = new GuestNetworkUnderTest({ network, check });
      // The first answer was public, each of those after it leads inside.
      expect(await failureOf(guest.get(url))).not.toContain("inside");
      expect(await failureOf(guest.get(url))).toBe(refused);
      expect(await failureOf(guest.get(url))).toBe(refused);
    }
    expect(names.questions.filter(({ type }) => type === 1).length).toBeGreaterThan(0);
    expect(server.connections).toBe(0);
  });

  it("is not connected to by an address that nobody has looked up", async () => {
    await using server = await serveHttp((_request, response) => response.end("inside"));
    await using names = new DnsServer(inTurn("mixed.test", ["127.0.0.1"]));
    const network = createDefaultNetworkAdapter({ dnsServers: [await names.listen()] });
    await using guest = new GuestNetworkUnderTest({ network, check: allowHosts(["mixed.test", "other.test"]) });
    await guest.call("net.lookup", "mixed.test", 0, true);
    // Neither the policy nor a lookup has anything to do with this address.
    expect(await failureOf(guest.connectTo("93.184.215.14", server.port))).toBe("EACCES");
  });
});
