import axios from "axios";

const client = axios.create({ baseURL: process.argv[2], headers: { "x-client": "axios" } });
const found = await client.get("/json", { params: { page: 2 } });
console.log(found.status, found.data);
const posted = await client.post("/echo", { list: [1, 2] });
console.log(posted.data.method, posted.data.headers["content-type"], posted.data.body);
const packed = await client.get("/gzip");
console.log(packed.data);
await client.get("/status/404").catch((error) => console.log(error.code, error.response.status));
const moved = await client.get("/redirect");
console.log(moved.data.url);
