import { WebSocket, WebSocketServer } from "ws";

const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
server.on("connection", (socket) => {
  socket.on("message", (data, isBinary) => socket.send(isBinary ? data : `you said ${data}`, { binary: isBinary }));
});
server.on("listening", () => {
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`);
  const answers = [];
  client.on("open", () => {
    client.send("hello");
    client.send(new Uint8Array([1, 2, 3]));
  });
  client.on("message", (data, isBinary) => {
    answers.push(isBinary ? [...data] : data.toString());
    if (answers.length === 2) client.close(1000, "enough");
  });
  client.on("close", (code) => {
    console.log(answers, code);
    server.close();
  });
});
