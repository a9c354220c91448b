import got, { HTTPError } from "got";

const client = got.extend({ prefixUrl: process.argv[2], retry: { limit: 0 } });
console.log(await client("json", { searchParams: { page: 3 } }).json());
console.log((await client.post("echo", { json: { a: 1 } }).json()).body);
console.log(await client("gzip").text());
try {
  await client("status/500");
} catch (error) {
  console.log(error instanceof HTTPError, error.response.statusCode, error.response.body);
}
let length = 0;
for await (const piece of client.stream("long")) length += piece.length;
console.log("streamed", length);
