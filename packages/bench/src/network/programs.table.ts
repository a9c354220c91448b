/* Programs that serve or ask over HTTP/1.1, with 16 connections that are kept alive. Each is the same in Node and in a guest. */

const server = `
  const http = require("node:http");
  const answer = (request, response) => {
    let length = 0;
    request.on("data", (piece) => { length += piece.length; }).on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ url: request.url, length }));
    });
  };
  const server = http.createServer(answer);`;

const client = `
  const askFor = async (ms, port) => {
    const agent = new (require("node:http").Agent)({ keepAlive: true, maxSockets: 16 });
    const ask = () => new Promise((resolve, reject) => {
      require("node:http").get({ host: "127.0.0.1", port, path: "/path", agent }, (response) => {
        response.on("data", () => {}).on("end", resolve);
      }).on("error", reject);
    });
    let asked = 0;
    const end = Date.now() + ms;
    const began = Date.now();
    await Promise.all(Array.from({ length: 16 }, async () => { while (Date.now() < end) { await ask(); asked += 1; } }));
    agent.destroy();
    return (asked / (Date.now() - began)) * 1000;
  };`;

/** Asks itself, and prints how many requests it came to in a second. */
export const asksItself = (ms: number): string => `${server}${client}
  server.listen(0, "127.0.0.1", async () => {
    await askFor(${ms / 4}, server.address().port);
    console.log(await askFor(${ms}, server.address().port));
    server.close();
  });`;

/** Asks another, and prints how many requests it came to in a second. */
export const asksAnother = (ms: number, port: number): string => `${client}
  (async () => {
    await askFor(${ms / 4}, ${port});
    console.log(await askFor(${ms}, ${port}));
  })();`;

/** Serves, for Node: prints its port. */
export const serves = `${server}
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;

/** Serves, for a guest that stays. */
export const servesAsGuest = `${server}
  const listening = new Promise((resolve) => server.listen(3000, resolve));
  exports.ready = () => listening;`;
