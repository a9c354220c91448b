import { type IncomingResponse, type RequestTransport, ResponseRoom, sendRequest } from "@vivarium/requests";
import type { NetworkAdapter } from "vivarium";
import * as z from "zod";
import { PluginError } from "../../errors/plugin-error.ts";
import { matchesHost } from "../../manifest/matches-host.ts";
import { quoted } from "../../text/quoted.ts";
import type { ServicePlugin } from "../service.ts";
import { type ServiceMethod, serviceMethod } from "../service-method.ts";
import { grantedNetwork, targetOf } from "./granted-network.ts";
import { httpFailure } from "./http-failure.ts";

/** How requests of plugins go out. */
export interface HttpServiceOptions {
  /** What makes them: `createDefaultNetworkAdapter()` of vivarium, which refuses private addresses, or another. */
  readonly network: NetworkAdapter;
  /** How long a request may take with all that it is sent on to, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
  /** Of one response's content. @default 4194304 (4 MiB) */
  readonly maxResponseBytes?: number;
  /**
   * Whether names that manifests grant may lead to private addresses of the host's network, and `*` to any of them. Without
   * it such an address is reached where a manifest names it itself, and a loopback one as `localhost`. @default false
   */
  readonly allowPrivateAddresses?: boolean;
}

/** The methods of `http`, as plugins see them. */
export type HttpMethods = Readonly<Record<"fetch", ServiceMethod>>;

/** What a plugin gets for a request. */
export interface HttpResponse {
  /** Of who has answered in the end. */
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  /** By lower-case names; what came several times is joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** The content as text in UTF-8, unless bytes were asked for. */
  readonly text?: string;
  readonly bytes?: Uint8Array;
}

/** Responses of the greatest length that may come in for one plugin at a time. */
const RESPONSES_AT_ONCE = 4;
/** Bytes of a body. */
const LONGEST_BODY = 16 * 2 ** 20;

const body = z
  .union([z.string(), z.instanceof(Uint8Array)], "text or a Uint8Array")
  .transform((given) => (typeof given === "string" ? new TextEncoder().encode(given) : new Uint8Array(given)))
  .refine((bytes) => bytes.byteLength <= LONGEST_BODY, `at most ${LONGEST_BODY} bytes`);

const init = z
  .strictObject({
    method: z
      .string()
      .max(40)
      .transform((method) => method.toUpperCase())
      .optional()
      .default("GET"),
    headers: z.record(z.string(), z.string(), "an object of text by the names of headers").optional().default({}),
    body: body.optional(),
    responseType: z.enum(["text", "bytes"], '"text" or "bytes"').optional().default("text"),
  })
  .refine(({ method, body }) => body === undefined || (method !== "GET" && method !== "HEAD"), "a GET without a body")
  .prefault({});

/**
 * HTTP for plugins: `fetch(url, { method?, headers?, body?, responseType? })` answers with an {@link HttpResponse}, whatever
 * its status. Hosts that the manifest does not grant fail with `ERR_PLUGIN_PERMISSION`, also where a server sends a request
 * on to one, and so do private addresses; a name is looked up once, and these addresses are connected to.
 */
export function httpService(options: HttpServiceOptions): (plugin: ServicePlugin) => HttpMethods {
  const { timeoutMs = 30_000 } = options;
  return (plugin) => {
    const transport = transportOf(options, plugin, timeoutMs);
    return {
      fetch: serviceMethod({
        parameters: [z.string("a URL: text").max(8192), init],
        // Its own time is over first, and says of what.
        timeoutMs: timeoutMs + 1000,
        async run({ signal }, url, { method, headers, body, responseType }) {
          const request = { url, method, headers: Object.entries(headers), ...(body !== undefined && { body }) };
          try {
            return toldResponse(await sendRequest(request, transport, signal), responseType);
          } catch (error) {
            throw httpFailure(error, plugin.id);
          }
        },
      }),
    };
  };
}

function transportOf(
  { network, maxResponseBytes = 4 * 2 ** 20, allowPrivateAddresses = false }: HttpServiceOptions,
  { id, manifest }: ServicePlugin,
  timeoutMs: number,
): RequestTransport {
  const hosts = manifest.permissions.network?.hosts ?? [];
  return {
    network: grantedNetwork(network, hosts, allowPrivateAddresses),
    timeoutMs,
    maxResponseBytes,
    room: new ResponseRoom(maxResponseBytes * RESPONSES_AT_ONCE),
    guest: {},
    userAgent: "vivarium-plugin-host",
    mayRequest(url) {
      const { hostname, port } = targetOf(url);
      if (url.username !== "" || url.password !== "") {
        throw new PluginError("ERR_PLUGIN_ARGUMENT", "A URL to request has no name and no password", { plugin: id });
      }
      if (matchesHost(hosts, hostname, port)) return;
      const message = `Its manifest does not grant the host ${quoted(hostname, 300)} at port ${port}`;
      throw new PluginError("ERR_PLUGIN_PERMISSION", message, { plugin: id });
    },
  };
}

function toldResponse(
  { url, status, statusText, headers, content }: IncomingResponse,
  responseType: "text" | "bytes",
): HttpResponse {
  const joined = new Map<string, string>();
  for (const [written, value] of headers) {
    const name = written.toLowerCase();
    const before = joined.get(name);
    // A header can be called so.
    if (name !== "__proto__") joined.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const told = { url, status, statusText, headers: Object.fromEntries(joined) };
  return responseType === "bytes"
    ? { ...told, bytes: new Uint8Array(content) }
    : { ...told, text: new TextDecoder().decode(content) };
}
