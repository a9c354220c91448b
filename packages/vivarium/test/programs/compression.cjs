// Compresses in every way, and prints what comes of it. The same program runs in Node and in a guest.
const zlib = require("node:zlib");
const { promisify } = require("node:util");
const { Readable, Writable } = require("node:stream");
const { pipeline } = require("node:stream/promises");

const print = (...values) => process.stdout.write(`${values.join(" ")}\n`);
const text = Array.from({ length: 3_000 }, (_, index) => `${index} ${Math.imul(index, 2_654_435_761) >>> 0}\n`).join(
  "",
);
const pairs = {
  gzip: "gunzip",
  deflate: "inflate",
  deflateRaw: "inflateRaw",
  brotliCompress: "brotliDecompress",
  zstdCompress: "zstdDecompress",
};
// What zstd makes of long content hangs on how that comes; what it stands for does not.
const show = (name, bytes) =>
  print(name, name.startsWith("zstd") || zlib.crc32(bytes), name.startsWith("zstd") || bytes.length);
const failure = ({ name, code, errno, message }) => print(name, code, errno, message);

async function bothWays() {
  for (const [pack, unpack] of Object.entries(pairs)) {
    const packed = zlib[`${pack}Sync`](text);
    show(pack, packed);
    show(`${pack} later`, await promisify(zlib[pack])(text));
    print(
      zlib[`${unpack}Sync`](packed).equals(Buffer.from(text)),
      (await promisify(zlib[unpack])(packed)).toString() === text,
    );
    try {
      zlib[`${unpack}Sync`](packed.subarray(0, -9));
    } catch (error) {
      failure(error);
    }
    await promisify(zlib[unpack])(Buffer.from("this is none of it")).catch(failure);
  }
}

function zstdAtOnce() {
  // What is compressed at once has its length in front, however long it is; a program chooses its memory by it.
  const long = text.repeat(20);
  for (const options of [{}, { pledgedSrcSize: long.length }, { dictionary: Buffer.from(text.slice(0, 5_000)) }]) {
    const packed = zlib.zstdCompressSync(long, options);
    print("at once", packed.length, zlib.crc32(packed), zlib.zstdDecompressSync(packed, options).length);
  }
}

async function options() {
  const dictionary = Buffer.from("0123456789 \n".repeat(40));
  show("level", zlib.deflateSync(text, { level: 9, windowBits: 12, memLevel: 3, strategy: zlib.constants.Z_FILTERED }));
  const known = zlib.deflateSync(text, { dictionary });
  show("dictionary", known);
  print(zlib.inflateSync(known, { dictionary }).length);
  await promisify(zlib.inflate)(known).catch(failure);
  show(
    "quality",
    zlib.brotliCompressSync(text, {
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4, [zlib.constants.BROTLI_PARAM_MODE]: 1 },
    }),
  );
  const sizes = { chunkSize: 64 };
  print(zlib.gunzipSync(zlib.gzipSync(text, sizes), sizes).length);
  try {
    zlib.gunzipSync(zlib.gzipSync(Buffer.alloc(1e6)), { maxOutputLength: 1_000 });
  } catch (error) {
    failure(error);
  }
  print(zlib.crc32(text), zlib.crc32(Buffer.from("é"), 7), zlib.crc32("é", 7));
}

async function streams() {
  const packed = [];
  const gzip = zlib.createGzip({ level: 1 });
  const sink = new Writable({
    write: (chunk, _, done) => {
      packed.push(chunk);
      done();
    },
  });
  await pipeline(Readable.from([text, text]), gzip, sink);
  print(gzip.bytesWritten, zlib.gunzipSync(Buffer.concat(packed)).length);
  const two = Buffer.concat([zlib.gzipSync("one "), zlib.gzipSync("two"), Buffer.from([0, 0, 0])]);
  print(zlib.gunzipSync(two).toString());
  const deflate = zlib.createDeflate();
  const parts = [];
  deflate.on("data", (part) => parts.push(part));
  deflate.write(text);
  await promisify(deflate.flush).call(deflate);
  await promisify(deflate.params).call(deflate, 9, zlib.constants.Z_DEFAULT_STRATEGY);
  deflate.end(text);
  await new Promise((resolve) => deflate.on("end", resolve));
  print(zlib.inflateSync(Buffer.concat(parts)).length);
  deflate.close(() => print("closed"));
}

async function ofTheWeb() {
  for (const format of ["gzip", "deflate", "deflate-raw"]) {
    const packed = new Blob([text]).stream().pipeThrough(new CompressionStream(format));
    print(format, (await new Response(packed.pipeThrough(new DecompressionStream(format))).text()) === text);
  }
}

bothWays().then(zstdAtOnce).then(options).then(streams).then(ofTheWeb);
