import { defineOwn } from "../past-prototypes.ts";
import {
  type HostAnswer,
  type HostFunctionPlace,
  type HostLink,
  RESOURCE,
  type SentArguments,
  settle,
} from "./host-link.ts";
import { placed, stackPlace } from "./stack-place.ts";

/** How a host function is called: `either` waits, and is asynchronous from its first promise on. */
export type HostFunctionMode = "sync" | "async" | "either";

/** A function of the guest that calls one of the host. */
export function createHostFunction(link: HostLink, place: HostFunctionPlace, mode: HostFunctionMode): Function {
  let isAsync = mode === "async";
  const { call } = {
    call(...args: unknown[]): unknown {
      const sent = link.send(place, args);
      if (isAsync) return request(link, place, sent);
      const answer = wait(link, place, sent, mode === "either");
      if (answer.kind !== "promise") return answer.value;
      isAsync = true;
      return answer.promise;
    },
  };
  defineOwn(call, "name", place.name);
  return call;
}

/** The cell waits for it, and with it its guest. */
function wait(
  link: HostLink,
  { module, number, label }: HostFunctionPlace,
  sent: SentArguments,
  takesPromise: boolean,
): HostAnswer {
  const { calls } = link.guest;
  const result = calls.syncWithInput("module.call", sent.bytes, module, number, takesPromise);
  if (typeof result !== "number" || result < 0) link.takeBack(sent.handed);
  return link.receive(label, result, calls.reason());
}

function request(
  link: HostLink,
  { module, number, label }: HostFunctionPlace,
  { bytes, handed }: SentArguments,
): Promise<unknown> {
  const place = stackPlace();
  return new Promise((resolve, reject) => {
    link.guest.calls.request(
      "module.call",
      [module, number, false],
      (result, reason) => {
        if (typeof result !== "number" || result < 0) link.takeBack(handed);
        settle(
          () => link.receive(label, result, reason),
          resolve,
          (error) => reject(placed(error, place)),
        );
      },
      { input: bytes, resource: RESOURCE },
    );
  });
}
