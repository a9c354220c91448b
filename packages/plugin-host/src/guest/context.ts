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
    // An argument that is no data rejects, as whatever else is wrong with a call does.
    for (const method of methods) object[method] = async (...args) => call(run, service, method, args);
    context[service] = object;
  }
  return context;
}
