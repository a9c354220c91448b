/** Bytes that a client may say before it has said hello: a few records of TLS. */
const MOST_BYTES = 64 * 1024;

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const ALPN = 16;

/** What of a client's first message a server may choose by. Undefined is what it does not say, or says in no way to be read. */
export interface ClientHello {
  readonly servername?: string;
  /** As they stand in the message: each behind its length. */
  readonly protocols?: Uint8Array;
}

/** Reads what a client says first, and keeps it for whoever speaks TLS with it: that judges it, and this only looks. */
export class HelloReader {
  readonly pieces: Uint8Array[] = [];
  #length = 0;

  /** What it keeps. */
  get bytes(): number {
    return this.#length;
  }

  /** Answers what it says when all of it is there; what is no hello says nothing. */
  read(bytes: Uint8Array): ClientHello | undefined {
    this.pieces.push(bytes);
    this.#length += bytes.byteLength;
    const message = firstMessage(Buffer.concat(this.pieces, Math.min(this.#length, MOST_BYTES)));
    if (message === undefined) return this.#length >= MOST_BYTES ? {} : undefined;
    return extensionsOf(message);
  }
}

const RECORD_HEADER = 5;
const MESSAGE_HEADER = 4;

/**
 * The first message of a handshake, out of the records it lies in, however many; `undefined`: more is to come. Empty where it is
 * none.
 */
function firstMessage(bytes: Buffer): Buffer | undefined {
  const message = Buffer.alloc(bytes.length);
  let held = 0;
  for (let at = 0; ; ) {
    if (bytes.length > at && bytes[at] !== HANDSHAKE_RECORD) return message.subarray(0, 0);
    if (bytes.length < at + RECORD_HEADER) return undefined;
    const end = at + RECORD_HEADER + bytes.readUInt16BE(at + 3);
    if (bytes.length < end) return undefined;
    held += bytes.copy(message, held, at + RECORD_HEADER, end);
    at = end;
    if (held < MESSAGE_HEADER) continue;
    if (message[0] !== CLIENT_HELLO) return message.subarray(0, 0);
    const whole = MESSAGE_HEADER + message.readUIntBE(1, 3);
    if (held >= whole) return message.subarray(MESSAGE_HEADER, whole);
  }
}

function extensionsOf(message: Buffer): ClientHello {
  try {
    return read(message);
  } catch {
    // It ends before its end: OpenSSL will say so.
    return {};
  }
}

function read(message: Buffer): ClientHello {
  let at = 2 + 32;
  at += 1 + message.readUInt8(at);
  at += 2 + message.readUInt16BE(at);
  at += 1 + message.readUInt8(at);
  if (at >= message.length) return {};
  const end = at + 2 + message.readUInt16BE(at);
  let found: ClientHello = {};
  for (at += 2; at < end; ) {
    const type = message.readUInt16BE(at);
    const length = message.readUInt16BE(at + 2);
    const content = message.subarray(at + 4, at + 4 + length);
    if (type === SERVER_NAME && length > 5)
      found = { ...found, servername: content.toString("latin1", 5, 5 + content.readUInt16BE(3)) };
    if (type === ALPN && length > 2) found = { ...found, protocols: Uint8Array.from(content.subarray(2)) };
    at += 4 + length;
  }
  return found;
}
