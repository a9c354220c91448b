import fetch, { FormData, Headers } from "node-fetch";

const base = process.argv[2];
const json = await fetch(`${base}/json?page=4`, { headers: new Headers({ accept: "application/json" }) });
console.log(json.status, json.ok, await json.json());
const form = new FormData();
form.set("name", "value");
const echoed = await (await fetch(`${base}/echo`, { method: "POST", body: form })).json();
console.log(echoed.headers["content-type"].split(";")[0], echoed.body.includes('name="name"'));
console.log(await (await fetch(`${base}/gzip`)).text());
const moved = await fetch(`${base}/redirect`);
console.log(moved.redirected, new URL(moved.url).pathname);
