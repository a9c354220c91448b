import type { NativeCallSite } from "../../native/native-helper.ts";
import { GUEST_SCRIPT } from "../guest-script.ts";
import { uncurryThis } from "../primordial.ts";
import { stackLimitOf } from "../stack-room.ts";

const errorToText = uncurryThis(Error.prototype.toString);
let fileNameOf: ((site: NativeCallSite) => unknown) | undefined;
let siteToText: ((site: NativeCallSite) => string) | undefined;

/** The text of a stack without frames of ours. No program ever sees a call site, so V8's methods of them are untouched. */
export function shownStack(_global: object, error: unknown, sites: readonly NativeCallSite[]): string {
  const longest = stackLimitOf(error);
  let text = headOf(error);
  let shown = 0;
  for (let index = 0; index < sites.length && shown < longest; index++) {
    const site = sites[index] as NativeCallSite;
    fileNameOf ??= uncurryThis(site.getFileName as (this: NativeCallSite) => unknown);
    siteToText ??= uncurryThis(site.toString as (this: NativeCallSite) => string);
    if (fileNameOf(site) === GUEST_SCRIPT) continue;
    text += `\n    at ${siteToText(site)}`;
    shown += 1;
  }
  return text;
}

// Name and message may be a program's accessors.
function headOf(error: unknown): string {
  try {
    return errorToText(error as Error);
  } catch {
    return "<error>";
  }
}
