import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { NetworkResponse } from "@vivarium/core";
import type { GateConnection } from "./gate-connection.ts";
import { endToEnd } from "./gate-headers.ts";
import { sendResponse } from "./gate-response.ts";
import { joinStreams } from "./join-streams.ts";

export interface UpgradeOptions {
  readonly connection: GateConnection;
  readonly response: ServerResponse;
  /** What the guest has sent behind its request. */
  readonly head: Uint8Array;
  readonly answer: NetworkResponse;
}

/** Answers a request for a WebSocket; where the other end agrees, its bytes are the guest's from then on. */
export async function sendUpgrade({ connection, response, head, answer }: UpgradeOptions): Promise<void> {
  const end = connection.host;
  const { upgraded } = answer;
  if (answer.status !== 101 || upgraded === undefined) {
    await sendRefusal(response, connection, answer);
    return;
  }
  const headers = endToEnd(answer.headers).filter(([name, value]) => isHeader(name, value));
  const lines = [["Connection", "Upgrade"], ["Upgrade", "websocket"], ...headers].map((pair) => pair.join(": "));
  end.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (head.byteLength > 0) await upgraded.write(head);
  await joinStreams(end, upgraded);
}

/** The connection is over with it: nobody reads requests from it any more. */
async function sendRefusal(response: ServerResponse, { host }: GateConnection, answer: NetworkResponse): Promise<void> {
  response.shouldKeepAlive = false;
  // It wants a socket, and takes any Duplex.
  response.assignSocket(host as Duplex as Socket);
  await sendResponse(response, answer);
  host.end();
}

function isHeader(name: string, value: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t -~\u0080-\u00ff]*$/.test(value);
}
