import { RequestFailure, type RequestFailureCode } from "@vivarium/requests";
import { PluginError, type PluginErrorCode } from "../../errors/plugin-error.ts";
import { ServiceError } from "../service-error.ts";

/** What failures of requests are to a plugin, where it has to do something about them itself. */
const CODES: Partial<Readonly<Record<RequestFailureCode, PluginErrorCode>>> = {
  ERR_REQUEST_URL: "ERR_PLUGIN_ARGUMENT",
  ERR_REQUEST_PROTOCOL: "ERR_PLUGIN_ARGUMENT",
  ERR_REQUEST_METHOD: "ERR_PLUGIN_ARGUMENT",
  ERR_REQUEST_HEADER: "ERR_PLUGIN_ARGUMENT",
  ERR_REQUEST_DENIED: "ERR_PLUGIN_PERMISSION",
  ERR_REQUEST_TIMEOUT: "ERR_PLUGIN_TIMEOUT",
  ERR_RESPONSE_TOO_LARGE: "ERR_PLUGIN_LIMIT",
  ERR_RESPONSE_ROOM: "ERR_PLUGIN_BUSY",
};

/** What a plugin gets for a request that has failed; what is the network's or a server's fault keeps its own code. */
export function httpFailure(error: unknown, plugin: string): unknown {
  if (!(error instanceof RequestFailure)) return error;
  const { code, message } = error;
  const known = CODES[code];
  if (known === undefined) return new ServiceError(message, { code, cause: error });
  const limit = known === "ERR_PLUGIN_LIMIT" ? { limit: "result" as const } : {};
  return new PluginError(known, message, { plugin, cause: error, ...limit });
}
