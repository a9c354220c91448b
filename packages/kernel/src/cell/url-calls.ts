import { domainToASCII, domainToUnicode, format } from "node:url";
import type { TextWithPayload } from "../system-calls/call-answer.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { CellHandlers } from "./cell-handlers.ts";
import { urlComponents } from "./url-components.ts";

/** Names of the properties that `url.update` sets, in the order of Node's `url` binding. */
const updateActions = [
  "protocol",
  "host",
  "hostname",
  "port",
  "username",
  "password",
  "pathname",
  "search",
  "hash",
  "href",
] as const;

function withComponents(href: string): TextWithPayload {
  const components = urlComponents(href);
  return { text: href, payload: new Uint8Array(components.buffer) };
}

/** URLs by the parser of the cell's Node: it is the one that the guest's library expects. */
export const urlCalls: Pick<
  CellHandlers,
  "url.parse" | "url.update" | "url.format" | "url.domainToASCII" | "url.domainToUnicode"
> = {
  "url.parse": (input, base, hasBase) => {
    const url = hasBase ? URL.parse(input, base) : URL.parse(input);
    return url === null ? undefined : withComponents(url.href);
  },
  "url.update": (href, action, value) => {
    const property = updateActions[action];
    if (property === undefined) throw new CallFailure("EINVAL");
    const url = URL.parse(href);
    if (url === null) return undefined;
    if (property === "href") {
      const replaced = URL.parse(value);
      return replaced === null ? undefined : withComponents(replaced.href);
    }
    url[property] = value;
    return withComponents(url.href);
  },
  "url.format": (href, fragment, unicode, search, auth) => {
    const url = URL.parse(href);
    if (url === null) throw new CallFailure("EINVAL");
    return format(url, { fragment, unicode, search, auth });
  },
  "url.domainToASCII": (domain) => domainToASCII(domain),
  "url.domainToUnicode": (domain) => domainToUnicode(domain),
};
