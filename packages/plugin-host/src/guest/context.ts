/**
 * Makes the object by which a plugin reaches the services of its host. What it has is what was granted; what is called is
 * checked again in the host, so that it is no matter what a plugin makes of its realm.
 */
import { call } from "plugin:host";

type Method = (...args: readonly unknown[]) => Promise<unknown>;
type Granted = readonly (readonly [service: string, methods: readonly string[]])[];

/**
 * @param granted the services that exist in it, and their methods
 * @param run by which number the host knows it
 */
export function makeContext(granted: Granted, run: number): Record<string, Record<string, unknown>> {
  const context: Record<string, Record<string, unknown>> = {};
  for (const [service, methods] of granted) {
    const object: Record<string, Method> = {};
    for (const method of methods) object[method] = methodOf(run, service, method);
    context[service] = object;
  }
  return context;
}

/** Whatever is wrong with a call, its promise rejects: with an error that has a code, and names what was called. */
function methodOf(run: number, service: string, method: string): Method {
  const name = `context.${service}.${method}()`;
  return async (...args) => {
    const answer = sent(name, () => call(run, service, method, args));
    try {
      return await answer;
    } catch (error) {
      throw told(name, error);
    }
  };
}

/** What is thrown before there is a promise is about the arguments: they are no data. */
function sent<Answer>(name: string, send: () => Answer): Answer {
  try {
    return send();
  } catch (error) {
    const problem = messageOf(error)
      .replace(/^.* with these arguments: /s, "")
      .replaceAll("arguments[3]", "arguments");
    throw failure(TypeError, "ERR_PLUGIN_ARGUMENT", `${name}: ${problem}`);
  }
}

/** What the host has to say it has said; that it could not, this says. */
function told(name: string, error: unknown): unknown {
  const { code } = error as { readonly code?: unknown };
  if (code === "ERR_HOST_FUNCTION")
    return failure(Error, "ERR_PLUGIN_SERVICE", `${name}: what the service has answered is no data, or too much`);
  if (typeof code !== "string" || !code.startsWith("E") || code.includes("_")) return error;
  return failure(Error, code === "EAGAIN" ? "ERR_PLUGIN_BUSY" : "ERR_PLUGIN_SERVICE", `${name}: ${messageOf(error)}`);
}

function failure(Kind: ErrorConstructor, code: string, message: string): Error {
  return Object.assign(new Kind(message), { name: "PluginError", code });
}

function messageOf(error: unknown): string {
  return String((error as { readonly message?: unknown }).message);
}
