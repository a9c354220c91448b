import type { ComparedProgram } from "./programs.table.ts";

/** Programs that talk to themselves over sockets: their output must be Node's own, byte for byte. */
export const networkPrograms: readonly ComparedProgram[] = [
  {
    title: "a server that echoes, half-closed by its client",
    code: `
      const net = require("node:net");
      const server = net.createServer({ allowHalfOpen: true }, (socket) => {
        console.log("address", socket.localAddress, socket.remoteAddress, socket.remoteFamily, socket.localPort === server.address().port);
        let text = "";
        socket.setEncoding("utf8").on("data", (piece) => { text += piece; });
        socket.on("end", () => socket.end("echo " + text.length + " " + text.slice(-3)));
      });
      server.listen(0, "127.0.0.1", () => {
        const { address, family, port } = server.address();
        console.log(address, family, typeof port, server.listening);
        const client = net.connect(port, "127.0.0.1", () => {
          console.log("connected", client.remotePort === port, client.remoteAddress, client.readyState);
          client.write("é".repeat(300_000));
          client.end("end");
        });
        client.setEncoding("utf8").on("data", (text) => console.log(text));
        client.on("end", () => console.log("end")).on("close", (failed) => {
          console.log("close", failed, client.bytesWritten, client.bytesRead);
          server.close(() => console.log("closed", server.listening, server.address()));
        });
      });`,
  },
  {
    title: "a client that writes more than anybody reads waits, and goes on when it is read",
    code: `
      const net = require("node:net");
      const server = net.createServer({ pauseOnConnect: true }, (socket) => {
        setTimeout(() => {
          let total = 0;
          socket.on("data", (piece) => { total += piece.length; });
          socket.on("end", () => { console.log("read", total); server.close(); });
          socket.resume();
        }, 60);
      }).listen(0, () => {
        const client = net.connect(server.address().port, "127.0.0.1");
        let calls = 0;
        let waited = false;
        client.on("drain", () => console.log("drained"));
        const piece = Buffer.alloc(1_000_000);
        console.log(client.write(piece, () => calls++), client.write(piece, () => calls++));
        for (let index = 0; index < 20; index++) client.write(piece, () => calls++);
        setTimeout(() => { waited = calls < 22; }, 30);
        client.end(() => console.log("taken", calls, waited));
      });`,
  },
  {
    title: "a reset is read as one, and a socket that nobody listens for is refused",
    code: `
      const net = require("node:net");
      const server = net.createServer((socket) => {
        socket.on("error", (error) => console.log("server", error.code, error.syscall));
        socket.on("close", (failed) => {
          console.log("closed", failed);
          const { port } = server.address();
          server.close(() => {
            net.connect(port, "127.0.0.1").on("error", (error) => console.log(error.code, error.syscall, error.address, error.port === port, error.message.replace(port, "PORT")));
          });
        });
        socket.resume();
      }).listen(0, "127.0.0.1", () => {
        const client = net.connect(server.address().port, "127.0.0.1", () => client.write("x", () => setTimeout(() => client.resetAndDestroy(), 20)));
      });`,
  },
  {
    title: "ports and addresses that are taken, and those that are not",
    code: `
      const net = require("node:net");
      const first = net.createServer().listen(0, "127.0.0.1", () => {
        const { port } = first.address();
        const second = net.createServer();
        second.on("error", (error) => {
          console.log(error.code, error.syscall, error.address, error.port === port);
          const third = net.createServer().listen(port, "127.0.0.2", () => {
            console.log("third", third.address().address);
            third.close();
            first.close();
          });
        });
        second.listen(port, "127.0.0.1");
      });
      net.createServer().listen({ port: 0, host: "::1", ipv6Only: true }, function () { console.log(this.address().family); this.close(); });`,
  },
  {
    title: "bytes into a buffer of the program's own",
    code: `
      const net = require("node:net");
      const server = net.createServer((socket) => socket.end("0123456789")).listen(0, "127.0.0.1", () => {
        const seen = [];
        const client = net.connect({
          port: server.address().port, host: "127.0.0.1",
          onread: { buffer: Buffer.alloc(4), callback(length, buffer) { seen.push(buffer.toString("utf8", 0, length)); return true; } },
        });
        client.on("close", () => { console.log(seen.join("|")); server.close(); });
      });`,
  },
  {
    title: "resources, and the context that a connection is made in",
    code: `
      const net = require("node:net");
      const { AsyncLocalStorage } = require("node:async_hooks");
      const store = new AsyncLocalStorage();
      const server = store.run("server", () => net.createServer((socket) => { console.log("at the server", store.getStore()); socket.end("x"); }));
      store.run("listening", () => server.listen(0, "127.0.0.1", () => {
        console.log(process.getActiveResourcesInfo().join());
        store.run("client", () => {
          const client = net.connect(server.address().port, "127.0.0.1");
          client.on("connect", () => console.log("connect", store.getStore()));
          client.on("data", () => console.log("data", store.getStore()));
          client.on("close", () => { console.log("close", store.getStore()); server.close(); });
        });
      }));`,
  },
  {
    title: "what is not referenced keeps nothing alive",
    code: `
      const net = require("node:net");
      const server = net.createServer(() => {}).listen(0, "127.0.0.1", () => {
        const client = net.connect(server.address().port, "127.0.0.1", () => {
          console.log("connected");
          client.unref();
          server.unref();
          server.getConnections((_, count) => { console.log(count); });
        });
      });
      server.on("connection", (socket) => socket.unref());
      process.on("exit", () => console.log("over"));`,
  },
];
