import { connect } from "node:net";
import { expect } from "vitest";
import type { NetworkAdapterCase } from "./network-adapter-case.ts";
import { expectFailure, readAll, readSome } from "./network-expectations.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const PIECE_BYTES = 1024 * 1024;

/** What `lookup`, `connect` and `listen` promise. */
export const connectionCases: readonly NetworkAdapterCase[] = [
  {
    name: "looks up the addresses of a name, and none of one that there is not",
    needs: ["lookup"],
    async run({ adapter }) {
      const addresses = await adapter.lookup("localhost");
      expect(addresses.length).toBeGreaterThan(0);
      for (const { address, family } of addresses) expect(address).toMatch(family === 6 ? /:/ : /^\d+(\.\d+){3}$/);
      const none = await Promise.resolve(adapter.lookup("nobody.invalid")).catch((error: unknown) => error);
      // Where nobody can be asked, that is a failure which says so.
      if (!Array.isArray(none)) await expectFailure(() => Promise.reject(none), "EAI_AGAIN", "EAI_NONAME");
      else expect(none).toEqual([]);
    },
  },
  {
    name: "connects to the very address, carries bytes both ways, and ends one side after the other",
    needs: ["connect"],
    async run({ adapter, to, echoPort }) {
      const stream = await adapter.connect({ ...to(echoPort), hostname: "not-asked.invalid" });
      await stream.write(bytes("one"));
      expect(await readSome(stream, 3)).toBe("one");
      await stream.write(bytes("two"));
      await stream.end();
      expect(await readAll(stream)).toBe("two");
      expect(await stream.read(), "the end stays the end").toBeUndefined();
      stream.destroy();
      stream.destroy();
    },
  },
  {
    name: "holds a writer back when the other end does not read",
    needs: ["connect"],
    async run({ adapter, to, echoPort }) {
      const stream = await adapter.connect(to(echoPort));
      let written = 0;
      const writing = (async () => {
        while (written < 256) {
          await stream.write(new Uint8Array(PIECE_BYTES));
          written += 1;
        }
      })();
      const over = writing.then(
        () => "never held back",
        () => "held back",
      );
      setTimeout(() => stream.destroy(), 500);
      expect(await over).toBe("held back");
      expect(written).toBeLessThan(256);
    },
  },
  {
    name: "ends a read that waits, with an error or its end, when the stream is destroyed",
    needs: ["connect"],
    async run({ adapter, to, echoPort }) {
      const stream = await adapter.connect(to(echoPort));
      const read = Promise.resolve(stream.read()).catch(() => undefined);
      stream.destroy();
      expect(await read).toBeUndefined();
    },
  },
  {
    name: "fails with ECONNREFUSED where nobody listens",
    needs: ["connect"],
    async run({ adapter, to, closedPort }) {
      await expectFailure(() => adapter.connect(to(closedPort)), "ECONNREFUSED");
    },
  },
  {
    name: "listens on a port that it names, says who connects, and is nowhere once it is closed",
    needs: ["listen"],
    async run({ adapter }) {
      const listener = await adapter.listen({ address: "127.0.0.1", port: 0, backlog: 4 });
      const { address, port } = listener.local;
      expect([address, port > 0]).toEqual(["127.0.0.1", true]);
      const client = connect(port, address).on("error", () => undefined);
      const accepted = await listener.accept();
      if (accepted === undefined) return expect.fail("somebody has connected");
      expect(accepted.remote).toMatchObject({ address: "127.0.0.1", port: client.localPort });
      client.write("hello");
      expect(await readSome(accepted, 5)).toBe("hello");
      const next = Promise.resolve(listener.accept());
      listener.close();
      listener.close();
      expect(await next).toBeUndefined();
      accepted.destroy();
      client.destroy();
      const late = connect(port, address);
      await new Promise((resolve) => late.once("error", resolve));
      return undefined;
    },
  },
];
