import { contestantIds, findContestant } from "./contestants/contestant-list.ts";
import type { Finding } from "./finding.ts";
import { measureCall } from "./measurements/measure-calls.ts";
import { measureIdle } from "./measurements/measure-idle.ts";
import { measureLoad } from "./measurements/measure-load.ts";
import { measureMemory } from "./measurements/measure-memory.ts";
import { measureRuns } from "./measurements/measure-runs.ts";

const [, , idText, measurement, peers] = process.argv;
const id = contestantIds.find((candidate) => candidate === idText);
if (id === undefined || peers === undefined) throw new Error(`No contestant ${idText}`);
const contestant = findContestant(id, peers);
const session = await contestant.open();
const values = await measure();
process.stdout.write(`${JSON.stringify({ values } satisfies Finding)}\n`);
// A peer may leave something running behind it: the figures are out, so end here.
if (measurement === "first") process.exit(0);
await session[Symbol.asyncDispose]();
process.exit(0);

async function measure(): Promise<Record<string, number>> {
  switch (measurement) {
    case "first":
      await session.run(contestant.callsProgram("statSync", 1));
      return {};
    case "runs":
      return { ...(await measureRuns(contestant, session, id === "bare-isolate")) };
    case "calls":
      return {
        statSync: await measureCall(contestant, session, "statSync"),
        readFileSync: await measureCall(contestant, session, "readFileSync"),
      };
    case "load":
      return { ...(await measureLoad(contestant, session)) };
    case "memory":
      return { mib: await measureMemory(contestant) };
    case "idle":
      return { ...(await measureIdle(contestant)) };
    default:
      throw new Error(`No measurement ${measurement}`);
  }
}
