import { Agent, fetch, request } from "undici";

const base = process.argv[2];
const dispatcher = new Agent({ pipelining: 1 });
const { statusCode, body } = await request(`${base}/json?page=5`, { dispatcher });
console.log(statusCode, await body.json());
const posted = await request(`${base}/echo`, { dispatcher, method: "POST", body: "text of the body" });
console.log((await posted.body.json()).body);
const fetched = await fetch(`${base}/gzip`, { dispatcher });
console.log(fetched.headers.get("content-encoding"), await fetched.text());
const many = await Promise.all([1, 2, 3].map((page) => request(`${base}/json?page=${page}`, { dispatcher })));
console.log(await Promise.all(many.map(async (answer) => (await answer.body.json()).page)));
await dispatcher.close();
