"use strict";
// biome-ignore lint/style/useNodejsImportProtocol: it has no name with the protocol
const { HTTPParser } = require("_http_common");

let state = 20261122;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 4294967296) * below);
};
const one = (list) => list[random(list.length)];

const starts = {
  [HTTPParser.REQUEST]: [
    "GET / HTTP/1.1",
    "POST /a?b=c HTTP/1.1",
    "PUT * HTTP/1.0",
    "CONNECT host:443 HTTP/1.1",
    "M-SEARCH http://a/ HTTP/1.1",
    "QUERY / HTTP/1.1",
    "GET /\u00e9 HTTP/1.1",
    "GET  / HTTP/1.1",
    "get / HTTP/1.1",
    "GET / HTTP/2.0",
    "GET / HTTP/1.7",
    "GET /",
    "PRI * HTTP/2.0",
    "BOGUS / HTTP/1.1",
    "GET / RTSP/1.0",
    `GET /${"long".repeat(900)} HTTP/1.1`,
  ],
  [HTTPParser.RESPONSE]: [
    "HTTP/1.1 200 OK",
    "HTTP/1.0 404 Not Found",
    "HTTP/1.1 204",
    "HTTP/1.1 100 Continue",
    "HTTP/1.1 101 Switching Protocols",
    "HTTP/1.1 304 Not Modified",
    "HTTP/1.1 20 OK",
    "HTTP/1.1 2000 OK",
    "HTTP/2.0 200 OK",
    "HTTP/1.1 200 caf\u00e9",
    "ICY 200 OK",
    "HTTP/1.1 200  two",
    "HTTPS/1.1 200 OK",
  ],
};
const fields = [
  "Host: a",
  "Content-Length: 5",
  "content-length: 0",
  "Content-Length: 5 ",
  "Content-Length: 99999999999999999999",
  "Content-Length: -1",
  "Content-Length: 5, 5",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked, gzip",
  "Transfer-Encoding: identity",
  "transfer-encoding : chunked",
  "Connection: close",
  "Connection: keep-alive",
  "Connection: upgrade, x",
  "Upgrade: websocket",
  "Proxy-Connection: close",
  "Expect: 100-continue",
  "X: \t padded \t",
  "X:",
  ": y",
  "X y: z",
  "X\u0001: y",
  "X: \u0001",
  "X: \u00ff",
  "X: a\r\n folded",
  " folded",
  "X",
  `X: ${"v".repeat(3000)}`,
  "Trailer: T",
];
const bodies = [
  "",
  "hello",
  "5\r\nhello\r\n0\r\n\r\n",
  '5;ext="q\\""\r\nhello\r\n0\r\nT: x\r\n\r\n',
  "5\nhello\n0\n\n",
  "g\r\n",
  "fffffffffffffffff\r\n",
  "5\r\nhelloX\r\n",
  "5 \r\nhello\r\n0\r\n\r\n",
  "a\r\n0123456789\r\n5\r\nhello\r\n0\r\nT: x\r\nU: y\r\n\r\n",
  `1;${"e".repeat(17_000)}\r\nx\r\n0\r\n\r\n`,
  "hello GET / HTTP/1.1\r\n\r\n",
];
const lineEnds = ["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n"];

function message(type) {
  let text = one(starts[type]) + one(lineEnds);
  for (let count = random(6); count > 0; count--) text += one(fields) + one(lineEnds);
  if (random(12) === 0) for (let index = 0; index < 40; index++) text += `H${index}: ${index}\r\n`;
  text += one(["\r\n", "\r\n", "\r\n", "\n", ""]) + one(bodies);
  if (random(3) === 0) {
    const at = random(text.length);
    text = text.slice(0, at) + one(["\0", "\r", "\n", " ", ":", "\u00ff", ""]) + text.slice(at + random(2));
  }
  return text;
}

function pieces(text) {
  const bytes = Buffer.from(text, "latin1");
  const cuts = [];
  const count = one([0, 0, 1, 3, 20]);
  for (let index = 0; index < count; index++) cuts.push(random(bytes.length + 1));
  cuts.sort((a, b) => a - b);
  return [...cuts, bytes.length].map((cut, index, all) => bytes.subarray(index === 0 ? 0 : all[index - 1], cut));
}

const shortened = (value) =>
  JSON.stringify(value, (_, each) =>
    typeof each === "string" && each.length > 40 ? `${each.slice(0, 20)}…${each.length}` : each,
  );

for (let round = 0; round < 1_500; round++) {
  const type = one([HTTPParser.REQUEST, HTTPParser.RESPONSE]);
  const trace = [];
  const parser = new HTTPParser();
  const skips = random(10);
  parser[HTTPParser.kOnMessageBegin] = () => trace.push("begin");
  parser[HTTPParser.kOnHeaders] = (...args) => trace.push(`headers ${shortened(args)}`);
  parser[HTTPParser.kOnHeadersComplete] = (...args) => {
    trace.push(`complete ${shortened(args)}`);
    if (skips === 9) throw new Error("thrown");
    return args[7] && type === HTTPParser.RESPONSE ? 2 : skips === 0 ? 1 : 0;
  };
  let body = "";
  parser[HTTPParser.kOnBody] = (bytes) => {
    if (!Buffer.isBuffer(bytes)) trace.push("no buffer");
    body += bytes.latin1Slice();
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    trace.push(`body ${shortened(body)} end`);
    body = "";
  };
  parser.initialize(type, {}, one([0, 0, 0, 200]), one([0, 0, 0, 0, 1 << random(11), random(2048)]));
  const text = message(type) + (random(2) ? message(type) : "");
  try {
    for (const piece of pieces(text)) {
      const result = parser.execute(piece);
      trace.push(
        typeof result === "number" ? result : `${result.message} ${result.code} ${result.reason} ${result.bytesParsed}`,
      );
      // Behind an upgrade Node tells how far old bytes lie from new ones.
      if (result !== piece.length) break;
    }
    if (random(2)) {
      const result = parser.finish();
      trace.push(`finish ${result === undefined ? "" : `${result.code} ${result.reason}`}`);
    }
  } catch (error) {
    trace.push(`threw ${error.message}`);
  }
  parser.close();
  process.stdout.write(`${round} ${type} ${trace.join(" | ")} ${body}\n`);
}
