import type { GuestNetwork } from "../network/guest-network.ts";
import { parseIp } from "../network/ip-address.ts";
import { removeAt } from "../past-prototypes.ts";
import { ArrayIsArray, MathMax, MathMin } from "../primordial.ts";
import { askDns, type DnsOutcome } from "./ask-dns.ts";
import {
  askByDatagram,
  askByStream,
  type DnsServer,
  type Exchange,
  type Listener,
  ownAddressFor,
} from "./dns-exchange.ts";
import { type Question, type Reply, readReply, writeQuestion } from "./dns-message.ts";
import { recordsOf } from "./dns-records.ts";
import { dnsTypes, refusals } from "./dns-types.table.ts";

/** How a resolver asks. */
export interface Asking {
  readonly servers: readonly DnsServer[];
  /** How long it waits for the first answer, in milliseconds. */
  readonly timeoutMs: number;
  /** The most that it waits for one; 0: no such bound. */
  readonly maxTimeoutMs: number;
  /** How often it asks each server. */
  readonly tries: number;
  /** Where its datagrams come from, by family, where the program has said so. */
  readonly local: { readonly 4: string | undefined; readonly 6: string | undefined };
}

const V4_BYTES = 4;
const UV_EACCES = -13;
const LAST_ID = 65_535;
/** What the default server stands for: the host's own. */
const HOST_ADDRESS = "127.0.0.1";
const HOST_PORT = 53;

/** The server that a guest has by default: the host answers in its stead, unless the program has a server there. */
export const hostServer: DnsServer = { address: HOST_ADDRESS, port: HOST_PORT };

/** A question that a resolver puts to the servers that its program has named, one after the other. */
export class ServerQuestion {
  readonly #network: GuestNetwork;
  readonly #asking: Asking;
  readonly #settle: (outcome: DnsOutcome) => void;
  /** Those that are left: who cannot be reached is not asked again. */
  readonly #servers: DnsServer[] = [];
  #question: Question | undefined;
  #type = "";
  #round = 0;
  #next = 0;
  #failure: number | string = "ECONNREFUSED";
  #exchange: Exchange | undefined;
  #timer: object | undefined;

  constructor(network: GuestNetwork, asking: Asking, settle: (outcome: DnsOutcome) => void) {
    this.#network = network;
    this.#asking = asking;
    this.#settle = settle;
    for (let index = 0; index < asking.servers.length; index++)
      this.#servers[index] = asking.servers[index] as DnsServer;
  }

  ask(type: string, name: string): void {
    const question = { id: nextId(), name, type: dnsTypes[type] ?? 0 };
    if (this.#servers.length === 0) this.#endLater("UNKNOWN_ARES_ERROR");
    else if (writeQuestion(question) === undefined) this.#endLater("EBADNAME");
    else {
      this.#question = question;
      this.#type = type;
      this.#askNext();
    }
  }

  /** Nothing more is heard of it. */
  stop(): void {
    this.#exchange?.close();
    this.#exchange = undefined;
    if (this.#timer !== undefined) timersOf(this.#network).clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #askNext(): void {
    if (this.#next >= this.#servers.length) {
      this.#next = 0;
      this.#round++;
    }
    const server = this.#servers[this.#next];
    if (server === undefined || this.#round >= this.#asking.tries) this.#endLater(this.#failure);
    else if (isHostServer(this.#network, server)) this.#askHost();
    else this.#askServer(server, false);
  }

  #askServer(server: DnsServer, byStream: boolean): void {
    const question = this.#question as Question;
    const bytes = writeQuestion(question) as Uint8Array;
    const listener: Listener = {
      arrived: (message) => this.#take(server, message, byStream),
      failed: (errno) => this.#giveUpOn(errno === UV_EACCES ? errno : "ECONNREFUSED"),
    };
    this.stop();
    const { local } = this.#asking;
    const from = (isV4(server) ? local[4] : local[6]) ?? ownAddressFor(server);
    this.#exchange =
      (byStream ? undefined : askByDatagram(this.#network, server, from, bytes, listener)) ??
      askByStream(this.#network, server, bytes, listener);
    this.#wait();
  }

  #askHost(): void {
    const { guest } = this.#network;
    let isOpen = true;
    this.stop();
    this.#exchange = { close: () => (isOpen = false) };
    const answered = (outcome: DnsOutcome): void => {
      if (!isOpen) return;
      const { error } = outcome;
      if (typeof error === "number" || error === "ECONNREFUSED" || error === "ETIMEOUT") this.#giveUpOn(error);
      else this.#end(outcome);
    };
    askDns(guest, this.#type, this.#question?.name ?? "", answered);
  }

  #take(server: DnsServer, message: Uint8Array, byStream: boolean): void {
    const reply = readReply(message, this.#question as Question);
    if (reply?.isCut === true && !byStream) this.#askServer(server, true);
    else if (reply !== undefined) this.#end(outcomeOf(this.#type, reply));
    // Whoever sends a datagram may not be the server.
    else if (byStream) this.#giveUpOn("EBADRESP");
  }

  /** A server that cannot be reached will not be so in the next round either. */
  #giveUpOn(failure: number | string): void {
    this.stop();
    this.#failure = failure;
    removeAt(this.#servers, this.#next);
    this.#askNext();
  }

  #wait(): void {
    const { timeoutMs, maxTimeoutMs } = this.#asking;
    // As c-ares: each round waits twice as long, less up to half of that. Here it is always half.
    const wait = timeoutMs * 2 ** MathMax(0, MathMin(this.#round - 1, 16));
    const bounded = maxTimeoutMs > 0 ? MathMin(wait, maxTimeoutMs) : wait;
    this.#timer = timersOf(this.#network).setTimeout(() => {
      this.stop();
      this.#failure = "ETIMEOUT";
      this.#next++;
      this.#askNext();
    }, bounded);
  }

  #endLater(error: number | string): void {
    this.stop();
    this.#network.guest.loop.post(() => this.#settle({ error, records: undefined }));
  }

  #end(outcome: DnsOutcome): void {
    this.stop();
    this.#settle(outcome);
  }
}

function outcomeOf(type: string, reply: Reply): DnsOutcome {
  if (reply.code !== 0) return { error: refusals[reply.code] ?? "EREFUSED", records: undefined };
  const records = recordsOf(type, reply);
  if (records === undefined) return { error: "EBADRESP", records };
  return { error: ArrayIsArray(records) && records.length === 0 ? "ENODATA" : null, records };
}

const isV4 = (server: DnsServer): boolean => parseIp(server.address)?.length === V4_BYTES;

function isHostServer({ datagrams, listeners }: GuestNetwork, { address, port }: DnsServer): boolean {
  if (address !== HOST_ADDRESS || port !== HOST_PORT) return false;
  return datagrams.find(address, port) === undefined && listeners.find(address, port) === undefined;
}

let lastId = 0;

/** None but the server of a question hears of it: that its number can be guessed harms nobody. */
function nextId(): number {
  lastId = lastId >= LAST_ID ? 1 : lastId + 1;
  return lastId;
}

interface Timers {
  setTimeout(callback: () => void, delayMs: number): object;
  clearTimeout(timer: object): void;
}

function timersOf({ guest }: GuestNetwork): Timers {
  return guest.library.require("timers") as Record<string, unknown> & Timers;
}
