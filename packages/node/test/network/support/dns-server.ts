import { createSocket } from "node:dgram";
import { once } from "node:events";

/** A question to the server: its type is a number of the DNS (1: A, 28: AAAA, 16: TXT, 15: MX). */
export interface Question {
  readonly name: string;
  readonly type: number;
}

const HEADER_BYTES = 12;
const A = 1;

/** A DNS server (RFC 1035) over UDP on loopback, whose answers are the test's. */
export class DnsServer implements AsyncDisposable {
  readonly questions: Question[] = [];
  readonly #socket = createSocket("udp4");
  readonly #answer: (question: Question) => readonly Buffer[] | undefined;

  /** @param answer data of records of the type that was asked for; undefined: there is no such name */
  constructor(answer: (question: Question) => readonly Buffer[] | undefined) {
    this.#answer = answer;
    this.#socket.on("message", (message, { port, address }) => {
      this.#socket.send(this.#respond(message), port, address);
    });
  }

  async listen(): Promise<string> {
    this.#socket.bind(0, "127.0.0.1");
    await once(this.#socket, "listening");
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }

  #respond(message: Buffer): Buffer {
    const labels: string[] = [];
    let at = HEADER_BYTES;
    for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
      labels.push(message.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
    const type = message.readUInt16BE(at + 1);
    const question = { name: labels.join("."), type };
    this.questions.push(question);
    const answers = this.#answer(question);
    const header = Buffer.from(message.subarray(0, HEADER_BYTES));
    header.writeUInt16BE(answers === undefined ? 0x8183 : 0x8180, 2);
    header.writeUInt16BE(answers?.length ?? 0, 6);
    header.writeUInt32BE(0, 8);
    const asked = message.subarray(HEADER_BYTES, at + 5);
    return Buffer.concat([header, asked, ...(answers ?? []).map((data) => record(type, data))]);
  }
}

function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  // The name is that of the question.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(0, 6);
  head.writeUInt16BE(data.byteLength, 10);
  return Buffer.concat([head, data]);
}

/** The data of a record of type A. */
export function addressData(address: string): Buffer {
  return Buffer.from(address.split(".").map(Number));
}

/** Answers questions for addresses of one name by these, in turn; the last one stays. */
export function inTurn(
  name: string,
  addresses: readonly string[],
): (question: Question) => readonly Buffer[] | undefined {
  let asked = 0;
  return (question) => {
    if (question.name !== name) return undefined;
    if (question.type !== A) return [];
    const address = addresses[Math.min(asked, addresses.length - 1)] ?? "";
    asked += 1;
    return [addressData(address)];
  };
}
