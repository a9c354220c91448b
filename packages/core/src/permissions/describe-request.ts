import { quote } from "../errors/describe-value.ts";

/** The fields that name what is asked for; values (of variables, say) are secrets and never named. */
const nameFields = ["path", "url", "hostname", "command", "key"] as const;

/** One line that names a request in a diagnostic: `read "/etc/passwd"`. */
export function describeRequest(request: object): string {
  const fields = new Map<string, unknown>(Object.entries(request));
  const called = fields.get("function");
  if (typeof called === "string") return `call ${quote(called)} of ${quote(String(fields.get("module")))}`;
  const name = nameFields.map((field) => fields.get(field)).find((value) => typeof value === "string");
  const operation = fields.get("op");
  const verb = typeof operation === "string" ? operation : "command" in request ? "spawn" : "request";
  return name === undefined ? verb : `${verb} ${quote(name)}`;
}
