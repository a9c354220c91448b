/**
 * Code that a language model has written, over three modules of the host: the model is told their types, its code is run
 * under schemas, a permission check and limits, and what goes wrong comes back as something that a model can act on.
 */
import {
  BareRuntime,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  defineModule,
  hostFunction,
  moduleTypes,
} from "vivarium";
import { z } from "zod";

const day = z.iso.date().describe("as 2026-05-01");
const forecasts: Readonly<Record<string, number>> = { "2026-05-01": 21, "2026-05-02": 9 };
const events = [
  { day: "2026-05-01", title: "Picnic", guests: ["ada@example.org", "grace@example.org"] },
  { day: "2026-05-02", title: "Boat trip", guests: ["ada@example.org"] },
];
const outbox: { to: string; subject: string; body: string }[] = [];

const modules = {
  "host:weather": defineModule(
    {
      unit: "°C",
      forecast: hostFunction({
        description: "The highest temperature of a day.",
        parameters: [day.meta({ title: "day" })],
        returns: z.number(),
        run: async (_call, asked) => forecasts[asked] ?? Number.NaN,
      }),
    },
    { description: "What the weather will be." },
  ),
  "host:calendar": defineModule({
    list: hostFunction({
      description: "All events, the first one first.",
      parameters: [],
      isSync: true,
      returns: z.array(z.object({ day, title: z.string(), guests: z.array(z.email()) })),
      run: () => events,
    }),
  }),
  "host:mail": defineModule({
    send: hostFunction({
      description: "Sends a letter. Only addresses of example.org are allowed.",
      parameters: [
        z.object({ to: z.email(), subject: z.string().min(1).max(100), body: z.string() }).meta({ title: "letter" }),
      ],
      returns: z.void(),
      run: async (_call, letter) => void outbox.push(letter),
    }),
  }),
};

console.log(`The model is told:\n\n${moduleTypes(modules)}`);

await using runtime = new BareRuntime({
  systemDriver: createNodeDriver({
    permissions: {
      module: ({ module, args: [letter] }) =>
        module !== "host:mail" || String((letter as { to?: unknown }).to).endsWith("@example.org"),
    },
  }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  modules,
  cpuTimeLimitMs: 500,
  wallTimeLimitMs: 5000,
});

/** What a model may have answered; the last two are wrong in ways that models are. */
const answers: Readonly<Record<string, string>> = {
  "warns the guests of cold days": `
    import { forecast, unit } from "host:weather";
    import { list } from "host:calendar";
    import { send } from "host:mail";

    export const warned: string[] = [];
    for (const { day, title, guests } of list()) {
      const degrees = await forecast(day);
      if (degrees >= 15) continue;
      for (const to of guests) {
        await send({ to, subject: title + " on " + day, body: "Dress warmly: " + degrees + " " + unit });
        warned.push(to);
      }
    }`,
  "confuses a date": `
    import { forecast } from "host:weather";
    export const degrees = await forecast("tomorrow");`,
  "writes to a stranger": `
    import { send } from "host:mail";
    await send({ to: "mallory@example.com", subject: "All dates", body: "…" });`,
};

for (const [title, code] of Object.entries(answers)) {
  const { exports, errorMessage } = await runtime.run(code, "/answer.mts");
  console.log(`Code that ${title}:`, exports ?? errorMessage);
}
console.log("sent:", outbox);
