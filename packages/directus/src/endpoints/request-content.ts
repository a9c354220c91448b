import { type EndpointAnswer, errorAnswer } from "./endpoint-answer.ts";

/** A request whose content no handler gets, and what its sender is told. */
export class UnreadableRequest extends Error {
  readonly answer: EndpointAnswer;

  constructor(status: number, message: string, code: string) {
    super(message);
    this.name = "UnreadableRequest";
    this.answer = errorAnswer(status, message, code);
  }
}

/**
 * The JSON that a request has as its content.
 *
 * @param mostBytes of it
 * @throws UnreadableRequest for more of it, and for what is no JSON
 */
export async function readJson(content: AsyncIterable<Uint8Array>, mostBytes: number): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.byteLength;
    if (bytes > mostBytes) throw new UnreadableRequest(413, "The payload is too large.", "CONTENT_TOO_LARGE");
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString());
  } catch {
    throw new UnreadableRequest(400, "The payload is no JSON.", "INVALID_PAYLOAD");
  }
}

/** Whether a content type is JSON's. */
export function isJson(type: string): boolean {
  return /^application\/(?:[^;]+\+)?json\s*(?:;|$)/i.test(type);
}
