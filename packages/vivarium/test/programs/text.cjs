// UTF-16 in pieces, and bytes from one encoding to another, of which many are wrong.
const { transcode } = require("node:buffer");

let state = 9;
const print = (...words) => process.stdout.write(`${words.join(" ")}\n`);
const next = (below) => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >> 8) % below;
};
const bytes = (one) => Uint8Array.from({ length: next(7) }, one);
const pool = [0x41, 0, 0xd8, 0xdc, 0xdb, 0xdf, 0xfe, 0xff, 0x20];

for (let round = 0; round < 300; round += 1) {
  const ignoreBOM = next(3) === 0;
  const lenient = new TextDecoder("utf-16le", { ignoreBOM });
  const fatal = new TextDecoder("utf-16le", { ignoreBOM, fatal: true });
  const pieces = Array.from({ length: 1 + next(4) }, () => bytes(() => pool[next(pool.length)]));
  const line = pieces.map((piece, at) => JSON.stringify(lenient.decode(piece, { stream: at + 1 < pieces.length })));
  for (const piece of pieces) {
    try {
      line.push(JSON.stringify(fatal.decode(piece)));
    } catch ({ code }) {
      line.push(code);
    }
  }
  print(...line);
}

const names = ["utf8", "ucs2", "latin1", "ascii", "binary", "utf16le"];
for (let round = 0; round < 300; round += 1) {
  const source = bytes(() => (next(3) > 0 ? 0x41 + next(20) : next(256)));
  const [from, to] = [names[next(6)], names[next(6)]];
  try {
    print(from, to, transcode(source, from, to).toString("hex"));
  } catch ({ code, message }) {
    print(from, to, code, message);
  }
}
