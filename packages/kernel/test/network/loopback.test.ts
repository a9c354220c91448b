import { expect, test } from "vitest";
import { GuestNetwork } from "../../src/network/guest-network.ts";
import { Loopback } from "../../src/network/loopback.ts";
import { NetworkPermit } from "../../src/network/network-permit.ts";

const refused = (code: string) => expect.objectContaining({ code });
const place = { address: "127.0.0.1", port: 0, backlog: 1, onlyV6: false };

/** The network of a guest that has a loopback, perhaps with relatives. */
function guestOn(loopback: Loopback): GuestNetwork {
  const onDiagnostic = (): void => undefined;
  return new GuestNetwork({
    adapter: undefined,
    permit: new NetworkPermit(() => true, onDiagnostic),
    loopback,
    onDiagnostic,
  });
}

test("Relatives have so many listeners together, and a closed one leaves room and its port", async () => {
  const loopback = new Loopback(2);
  const [one, other] = [guestOn(loopback), guestOn(loopback)];
  const first = await one.listen({ ...place, port: 80 });
  await other.listen({ ...place, port: 81 });
  await expect(async () => one.listen(place)).rejects.toThrow(refused("EMFILE"));
  await expect(async () => other.listen(place)).rejects.toThrow(refused("EMFILE"));
  expect(other.connectWithin("127.0.0.1", 80)).toBeDefined();
  first.close();
  first.close();
  expect(other.connectWithin("127.0.0.1", 80)).toBeUndefined();
  await other.listen({ ...place, port: 80 });
  await expect(async () => other.listen(place)).rejects.toThrow(refused("EMFILE"));
});

test("A port is taken for all relatives at the same address, and for nobody else", async () => {
  const loopback = new Loopback();
  const [one, other] = [guestOn(loopback), guestOn(loopback)];
  await one.listen({ ...place, port: 80 });
  for (const address of ["127.0.0.1", "0.0.0.0", "::"])
    await expect(async () => other.listen({ ...place, address, port: 80 })).rejects.toThrow(refused("EADDRINUSE"));
  await other.listen({ ...place, address: "127.0.0.2", port: 80 });
  await other.listen({ ...place, address: "::1", port: 80 });
  const stranger = guestOn(new Loopback());
  expect(stranger.connectWithin("127.0.0.1", 80)).toBeUndefined();
  await stranger.listen({ ...place, port: 80 });
});

test("Ports that nobody asked for are none that somebody has, one after the other", async () => {
  const guest = guestOn(new Loopback());
  await guest.listen({ ...place, port: 49_153 });
  const ports = [await guest.listen(place), await guest.listen(place)].map(({ local }) => local.port);
  expect(ports).toEqual([49_152, 49_154]);
});
