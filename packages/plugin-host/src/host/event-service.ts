import * as z from "zod";
import { PluginError } from "../errors/plugin-error.ts";
import { isEventName } from "../life/registrar.ts";
import { TokenBucket } from "../life/token-bucket.ts";
import { matchesEvent } from "../manifest/matches-event.ts";
import type { ServiceCall } from "../services/service.ts";
import { type ServiceMethod, serviceMethod } from "../services/service-method.ts";
import type { EventDepth } from "./event-depth.ts";
import type { EmitRate } from "./host-options.ts";
import { smallBytes } from "./small-bytes.ts";

/** What the events of one plugin may carry together that some plugin is still to hear, in bytes. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** What a plugin's way to send events needs. */
export interface EventServiceOptions {
  readonly rate: EmitRate;
  /** Of what it has heard. */
  readonly depth: EventDepth;
  readonly maxDepth: number;
  /** Sends it on. Settles when all have heard of it. Never rejects. */
  readonly send: (event: string, payload: unknown, depth: number) => Promise<unknown>;
}

/** The service `events` of one plugin, for all its lives. */
export function eventService({ rate, depth, maxDepth, send }: EventServiceOptions): { readonly emit: ServiceMethod } {
  const bucket = new TokenBucket(rate.burst, rate.perSecond, performance.now());
  let waitingBytes = 0;
  return {
    emit: serviceMethod({
      parameters: [z.string("the name of an event"), z.unknown()],
      run: ({ plugin }: ServiceCall, event, payload) => {
        const { id, manifest } = plugin;
        const now = performance.now();
        const next = depth.next(now);
        if (!bucket.take(now)) throw new PluginError("ERR_PLUGIN_BUSY", "It sends too many events", { plugin: id });
        if (!isEventName(event)) {
          const form = "An event is called by lower-case words between dots";
          throw new PluginError("ERR_PLUGIN_ARGUMENT", form, { plugin: id });
        }
        if (!matchesEvent(manifest.permissions.emits, event))
          throw new PluginError("ERR_PLUGIN_PERMISSION", `Its manifest does not let it send "${event}"`, {
            plugin: id,
          });
        if (next > maxDepth) throw looped(id, event, maxDepth);
        const bytes = smallBytes(payload, id);
        if (waitingBytes + bytes > MOST_WAITING_BYTES)
          throw new PluginError("ERR_PLUGIN_BUSY", "Events that it has sent wait, and carry too much", { plugin: id });
        waitingBytes += bytes;
        void send(event, payload, next).finally(() => {
          waitingBytes -= bytes;
        });
      },
    }),
  };
}

function looped(plugin: string, event: string, most: number): PluginError {
  const message = `"${event}" is not sent: more than ${most} events have led to it, each sent on account of the one before`;
  return new PluginError("ERR_PLUGIN_LIMIT", message, { plugin, limit: "calls" });
}
