import type { AsyncWrap } from "../async-wraps.ts";
import type { Guest } from "../guest.ts";
import { JSONParse, ReflectApply } from "../primordial.ts";

/** What Node's library hands over with a question. */
export interface DnsRequest {
  oncomplete?: (...results: never[]) => void;
}

/** What a question came to: records, or an errno or a code of `dns`. */
export interface DnsOutcome {
  readonly error: number | string | null;
  readonly records: unknown;
}

const UV_EIO = -5;

/** Asks for records. */
export function askDns(guest: Guest, type: string, name: string, done: (outcome: DnsOutcome) => void): void {
  const answered = (result: unknown): void => {
    if (typeof result !== "string") {
      done({ error: typeof result === "number" ? result : UV_EIO, records: undefined });
      return;
    }
    const answer = JSONParse(result) as { readonly records?: unknown; readonly error?: unknown };
    const { error } = answer;
    done({ error: typeof error === "string" ? error : null, records: answer.records });
  };
  guest.calls.request("dns.query", [type, name], answered, { resource: "QueryReqWrap" });
}

/** Tells a request what came of it. */
export function completeRequest(
  guest: Guest,
  wrap: AsyncWrap,
  request: DnsRequest,
  ...results: readonly unknown[]
): void {
  const { oncomplete } = request;
  if (typeof oncomplete === "function") {
    const tell = (): unknown => ReflectApply(oncomplete as (...args: unknown[]) => void, request, results);
    guest.loop.makeCallback(wrap, tell, request);
  }
  guest.wraps.release(wrap);
}
