import express from "express";

const app = express();
app.use(express.json());
app.get("/users/:id", (request, response) => {
  response.json({ id: Number(request.params.id), query: request.query });
});
app.post("/sum", (request, response) => {
  response.status(201).send(String(request.body.reduce((sum, number) => sum + number, 0)));
});
app.use((_error, _request, response, _next) => response.status(400).send("not JSON"));

const server = app.listen(0, "127.0.0.1", async () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  const user = await fetch(`${base}/users/7?verbose=yes`);
  console.log(user.status, user.headers.get("content-type"), await user.text());
  const json = { method: "POST", headers: { "content-type": "application/json" } };
  for (const body of ["[1,2,3.5]", "[1,"]) {
    const sum = await fetch(`${base}/sum`, { ...json, body });
    console.log(sum.status, await sum.text());
  }
  console.log((await fetch(`${base}/nothing`)).status);
  server.close();
  server.closeAllConnections();
});
