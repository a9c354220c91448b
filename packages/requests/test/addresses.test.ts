import { describe, expect, test } from "vitest";
import type { NetworkAdapter, NetworkRequest, NetworkResponse } from "vivarium";
import { RequestFailure } from "../src/index.ts";
import { exchangeOf, rejectionOf, transportOf } from "./support/exchange.ts";

const it = exchangeOf(() => ({}));
const guest = {};

/** A network of a few names, and what was asked of it. */
function namesOf(
  names: Readonly<Record<string, string[]>>,
  answer: (request: NetworkRequest) => Partial<NetworkResponse> = () => ({}),
): NetworkAdapter & { readonly seen: unknown[] } {
  const seen: unknown[] = [];
  return {
    seen,
    lookup: (name) => {
      seen.push(name);
      const address = names[name]?.shift();
      return address === undefined ? [] : [{ address, family: 4 }];
    },
    fetch: (request) => {
      seen.push(request.addresses?.map(({ address }) => address));
      return { status: 200, statusText: "OK", headers: [], body: (async function* () {})(), ...answer(request) };
    },
  };
}

describe("An address", () => {
  test("is looked up once, and is the one that is connected to: a name cannot be bound anew in between", async () => {
    const network = namesOf({ "re.bind": ["93.184.215.14", "127.0.0.1"] });
    await it.send("http://re.bind/", {}, { network });
    expect(network.seen).toEqual(["re.bind", ["93.184.215.14"]]);
  });

  test("is that of each hop, whose name is looked up anew", async () => {
    const network = namesOf({ "a.io": ["192.0.2.1"], "b.io": ["192.0.2.2"] }, ({ url }) =>
      url.startsWith("http://a.io") ? { status: 302, headers: [["Location", "http://b.io/#end"]] } : {},
    );
    expect(await it.send("http://a.io/", {}, { network })).toMatchObject({ url: "http://b.io/#end" });
    expect(network.seen).toEqual(["a.io", ["192.0.2.1"], "b.io", ["192.0.2.2"]]);
  });

  test.each([
    ["http://192.0.2.1/", "192.0.2.1", 4],
    ["http://0x7f.1/", "127.0.0.1", 4],
    ["http://[2001:db8::1]/", "2001:db8::1", 6],
  ])("is the one that %s says, and named by nobody", async (url, address, family) => {
    let sent: NetworkRequest | undefined;
    const network = namesOf({}, (request) => {
      sent = request;
      return {};
    });
    await it.send(url, {}, { network, guest });
    expect(sent).toMatchObject({ addresses: [{ address, family, isNamed: false }] });
    expect(sent?.guest).toBe(guest);
  });

  test("is left to a network that looks nothing up", async () => {
    let sent: NetworkRequest | undefined;
    const { fetch } = namesOf({}, (request) => {
      sent = request;
      return {};
    });
    await it.send("http://a.io/x#y", {}, { network: { ...(fetch !== undefined && { fetch }) } });
    expect(sent).toMatchObject({ url: "http://a.io/x" });
    expect(sent).not.toHaveProperty("addresses");
  });
});

describe("What cannot be reached", () => {
  test("is told by a code, and by nothing of the host's", async () => {
    expect(await rejectionOf(it.send("http://no.where/", {}, { network: namesOf({}) }))).toMatchObject({
      code: "ERR_REQUEST_NETWORK",
      systemCode: "ENOTFOUND",
      url: "http://no.where/",
    });
    const fetch = (): never => {
      throw Object.assign(new Error("cannot read /home/host/secret"), { code: "a path: /home/host" });
    };
    const failure = await rejectionOf(it.send("http://192.0.2.1/", {}, { network: { fetch } }));
    expect(failure).toBeInstanceOf(RequestFailure);
    expect(failure).toMatchObject({
      message: 'Cannot exchange with "192.0.2.1"',
      systemCode: undefined,
      cause: { message: "cannot read /home/host/secret" },
    });
  });

  test("is denied where the network denies it: private addresses, in every spelling", async () => {
    for (const host of ["127.0.0.1:1", "169.254.169.254", "2130706433", "[::ffff:127.0.0.1]"]) {
      expect(await rejectionOf(it.send(`http://${host}/`))).toMatchObject({
        code: "ERR_REQUEST_DENIED",
        systemCode: "EACCES",
      });
    }
  });

  test("is all there is without a network", async () => {
    expect(await rejectionOf(it.send("/", {}, transportOf({})))).toMatchObject({
      code: "ERR_REQUEST_NETWORK",
      systemCode: "ENOSYS",
    });
  });
});
