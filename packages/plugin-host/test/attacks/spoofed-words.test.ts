import { expect, test } from "vitest";
import * as z from "zod";
import { serviceMethod } from "../../src/index.ts";
import { gateTo, never } from "../support/gates.ts";
import { hostsUnderTest, plugin, startAll, thrownBy } from "../support/plugin-hosts.ts";

const hosts = hostsUnderTest();
const COMMANDS = "\\u001b[2J\\u202e\\r\\u0007";

test.for([
  `throw new Error("${COMMANDS} done")`,
  `throw "${COMMANDS} done"`,
  `throw { text: "${COMMANDS}" }`,
  `throw Object.assign(new Error("x"), { name: "${COMMANDS}" })`,
])("what a plugin throws does not command the terminal of whoever prints the error: %s", async (statement) => {
  const host = hosts.with();
  const listens = plugin("liar", `context.events.on("it", () => { ${statement} })`, { hooks: ["it"] });
  await startAll(host, listens);
  const { deliveries } = await host.emit("it");
  expect(deliveries[0]?.error?.message).toMatch(/^It has thrown: [ -~]+$/);
  await host.install(plugin("dead", statement));
  expect((await thrownBy(host.start("dead"))).message).toMatch(/^It cannot be loaded: [ -~]+$/);
});

test("what a schema says of arguments is told in part, and commands no terminal", async () => {
  const parameters = [z.strictObject({})] as const;
  const records: unknown[] = [];
  const gate = gateTo(
    { s: { m: serviceMethod({ parameters, run: () => 1 }) } },
    { onCall: (each) => records.push(each) },
  );
  const keys = Array.from({ length: 5000 }, (_, index) => [`\u001b[2J\u202e${index}`, 1]);
  const error = await thrownBy(gate.call("s", "m", [Object.fromEntries(keys)], never));
  expect(error.code).toBe("ERR_PLUGIN_ARGUMENT");
  expect(error.message).toMatch(/^[ -~]{20,2500}$/);
  expect(error.issues.map(({ message }) => message).join("")).toMatch(/^[ -~]{20,2500}$/);
  expect(records).toHaveLength(1);
});
