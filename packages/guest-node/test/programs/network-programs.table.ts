import type { ComparedProgram } from "./programs.table.ts";

/** Programs that talk to themselves over sockets: their output must be Node's own, byte for byte. */
export const networkPrograms: readonly ComparedProgram[] = [
  {
    title: "what is written comes in pieces of a system's size, and what nobody reads is lost with a reset",
    code: `
      const net = require("node:net");
      const lines = [];
      const server = net.createServer((socket) => {
        socket.on("error", (error) => lines.push("server " + error.code)).on("close", () => server.close());
        for (let index = 0; index < 10; index++) socket.write(Buffer.alloc(2e6), (error) => index === 9 && lines.push("written " + !error));
        socket.end();
      }).listen(0, "127.0.0.1", () => {
        const client = net.connect(server.address().port, "127.0.0.1");
        client.once("data", (piece) => {
          lines.push("piece " + (piece.length > 65536));
          client.pause();
          setTimeout(() => client.destroy(), 30);
        });
      });
      server.on("close", () => console.log(lines.sort().join("\\n")));
      const chatty = net.createServer((socket) => {
        for (let index = 0; index < 300; index++) socket.write("x".repeat(100));
        socket.end();
      }).listen(0, "127.0.0.1", () => {
        let total = 0, pieces = 0;
        net.connect(chatty.address().port, "127.0.0.1").on("data", ({ length }) => { total += length; pieces++; })
          .on("end", () => { lines.push("small " + total + " " + (pieces < 20)); chatty.close(); });
      });`,
  },
  {
    title: "a program that reads into a buffer of its own and pauses gets the rest when it goes on",
    code: `
      const net = require("node:net");
      const server = net.createServer((socket) => { server.close(); socket.end("hello world, and more"); }).listen(0, "127.0.0.1", () => {
        let paused = false, text = "";
        const buffer = Buffer.alloc(8);
        net.connect({
          port: server.address().port, host: "127.0.0.1",
          onread: { buffer, callback(count, given) {
            text += given.toString("latin1", 0, count);
            console.log(paused, given === buffer, count);
            paused = true;
            setTimeout(() => { paused = false; this.resume(); }, 20);
            return false;
          } },
        }).on("end", () => console.log("end", text));
      });`,
  },
  {
    title: "a port that a server has is nobody else's to connect from",
    code: `
      const net = require("node:net");
      const one = net.createServer(), other = net.createServer();
      one.listen(0, "127.0.0.1", () => other.listen(0, "127.0.0.1", () => {
        net.connect({ host: "127.0.0.1", port: one.address().port, localAddress: "127.0.0.1", localPort: other.address().port })
          .on("connect", () => console.log("connected")).on("error", ({ code, syscall }) => console.log(code, syscall))
          .on("close", () => { one.close(); other.close(); });
      }));`,
  },
  {
    title: "a peer that is written to after both have ended",
    code: `
      const net = require("node:net");
      let peer;
      const server = net.createServer((socket) => {
        peer = socket.resume().on("error", () => console.log("an error"));
      }).listen(0, "127.0.0.1", () => {
        const client = net.connect(server.address().port, "127.0.0.1", () => client.end());
        client.on("end", () => peer.write("x", (error) => { console.log(error?.code); server.close(); }));
      });`,
  },
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
    title: "a client that fills what has drained, again and again, is read meanwhile",
    code: `
      const net = require("node:net");
      const server = net.createServer((socket) => {
        let pieces = 0;
        socket.on("data", () => { if (++pieces === 30) { console.log("read on"); socket.destroy(); server.close(); } });
        socket.on("error", () => {});
      }).listen(0, () => {
        const client = net.connect(server.address().port, "127.0.0.1");
        const fill = () => { while (client.write(Buffer.alloc(65_536))); };
        client.on("connect", fill).on("drain", fill).on("error", () => {});
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
    title: "what has come before the other end is gone, and what is written to that",
    code: `
      const net = require("node:net");
      const { once } = require("node:events");
      const { setTimeout } = require("node:timers/promises");
      async function leave(how, { isUnread, isWritten }) {
        const server = net.createServer({ pauseOnConnect: true });
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
        const heard = [];
        const client = net.connect(server.address().port, "127.0.0.1").pause();
        const note = (what) => (error) => heard.push(what + " " + (error ? error.code + " " + error.syscall : "done"));
        client.on("data", (bytes) => heard.push(String(bytes))).on("end", () => heard.push("end")).on("error", note("error"));
        const [[socket]] = await Promise.all([once(server, "connection"), once(client, "connect")]);
        if (isUnread) client.write("unread");
        await setTimeout(20);
        socket.on("error", () => undefined).write("last", () => socket[how]());
        await once(socket, "close");
        await setTimeout(20);
        if (isWritten) client.write("late", note("first"));
        await setTimeout(20);
        if (isWritten) client.write("later", note("second"));
        client.resume();
        await once(client, "close");
        console.log(how, isUnread, isWritten, heard.join(", "));
        server.close();
      }
      (async () => {
        for (const isUnread of [false, true]) for (const isWritten of [false, true]) await leave("destroy", { isUnread, isWritten });
        await leave("resetAndDestroy", {});
      })();`,
  },
  {
    title: "a server where another one was just closed",
    code: `
      const net = require("node:net");
      const first = net.createServer().listen(0, "127.0.0.1", () => {
        const { port } = first.address();
        first.close(() => {
          const second = net.createServer((socket) => socket.end("second")).listen(port, "127.0.0.1", () => {
            net.connect(port, "127.0.0.1").on("data", (bytes) => console.log(String(bytes))).on("close", () => second.close());
          });
          second.on("error", (error) => console.log(error.code));
        });
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
  {
    title: "a server of HTTP and its clients: methods, heads, bodies in pieces, trailers, keep-alive",
    code: `
      const http = require("node:http");
      let sockets = 0;
      const server = http.createServer(async (request, response) => {
        let length = 0;
        for await (const piece of request) length += piece.length;
        response.setHeader("x-list", ["a", "b"]);
        if (request.url === "/none") response.writeHead(204).end();
        else if (request.url === "/hint") response.writeEarlyHints({ link: "</a>; rel=preload" }, () => response.end("late"));
        else if (request.url === "/trailers") { response.writeHead(200, { Trailer: "T" }); response.write("one"); response.addTrailers({ T: "after" }); response.end("two"); }
        else response.end([request.method, request.url, request.headers.x, length, request.rawTrailers.join()].join(" "));
      }).on("connection", () => sockets++);
      server.listen(0, "127.0.0.1", async () => {
        const { port } = server.address();
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const ask = (method, path, body, more = {}) => new Promise((resolve, reject) => {
          const request = http.request({ host: "localhost", family: 4, port, method, path, agent, headers: { x: "y" } }, async (response) => {
            let text = "";
            for await (const piece of response.setEncoding("utf8")) text += piece;
            const { statusCode, statusMessage, httpVersion, headers, trailers } = response;
            resolve([statusCode, statusMessage, httpVersion, headers["x-list"], headers["content-length"], headers.connection, JSON.stringify(trailers), text].join(" | "));
          });
          request.on("information", ({ statusCode, headers }) => console.log("information", statusCode, headers.link)).on("error", reject);
          if (body !== undefined) for (const piece of body) request.write(piece);
          request.end();
        });
        console.log(await ask("GET", "/"));
        console.log(await ask("POST", "/b", ["x".repeat(200_000), Buffer.alloc(100_000)]));
        console.log(await ask("HEAD", "/c"));
        console.log(await ask("GET", "/none"));
        console.log(await ask("GET", "/hint"));
        console.log(await ask("GET", "/trailers"));
        console.log(sockets);
        agent.destroy();
        server.close(() => console.log("closed"));
      });`,
  },
  {
    title: "what a server of HTTP refuses",
    code: `
      const http = require("node:http");
      const net = require("node:net");
      const server = http.createServer({ maxHeaderSize: 500 }, (request, response) => response.end("fine"));
      server.on("clientError", (error, socket) => {
        console.log(error.code, error.reason, error.bytesParsed, socket.writable);
        socket.end(error.code === "HPE_HEADER_OVERFLOW" ? "HTTP/1.1 431 Too Large\\r\\n\\r\\n" : "HTTP/1.1 400 Bad Request\\r\\n\\r\\n");
      });
      server.listen(0, "127.0.0.1", async () => {
        for (const text of ["GET / HTTP/1.1\\r\\n\\r\\n", "GET / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n", "NO / HTTP/1.1\\r\\n", "GET / HTTP/1.1\\r\\nHost: " + "x".repeat(600) + "\\r\\n\\r\\n", "GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n"]) {
          await new Promise((resolve) => {
            let answer = "";
            net.connect(server.address().port, "127.0.0.1", function () { this.write(text); }).on("data", (piece) => { answer += piece; }).on("close", () => {
              console.log(answer.split("\\r\\n")[0], answer.slice(-4).trim());
              resolve();
            });
          });
        }
        server.close();
      });`,
  },
  {
    title: "an upgrade, a tunnel, and an expectation",
    code: `
      const http = require("node:http");
      const server = http.createServer((request, response) => response.end("plain"));
      server.on("upgrade", (request, socket, head) => { console.log("upgrade", request.headers.upgrade, head.toString()); socket.end("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: echo\\r\\nConnection: upgrade\\r\\n\\r\\nfirst"); });
      server.on("connect", (request, socket, head) => { console.log("connect", request.url, head.toString()); socket.write("HTTP/1.1 200 Go on\\r\\n\\r\\n"); socket.on("data", (piece) => socket.end("tunnel " + piece)); });
      server.on("checkContinue", (request, response) => { response.writeContinue(); request.resume().on("end", () => response.end("continued")); });
      server.listen(0, "127.0.0.1", () => {
        const options = { port: server.address().port, host: "127.0.0.1", agent: false };
        http.get({ ...options, headers: { Connection: "upgrade", Upgrade: "echo" } }).on("upgrade", (response, socket, head) => {
          console.log("upgraded", response.statusCode, head.toString());
          socket.destroy();
          http.request({ ...options, method: "CONNECT", path: "there:1" }).on("connect", (response, socket) => {
            console.log("connected", response.statusCode);
            socket.on("data", (piece) => { console.log(piece.toString()); socket.destroy(); expect(); });
            socket.write("hello");
          }).end();
        });
        function expect() {
          const request = http.request({ ...options, method: "POST", headers: { Expect: "100-continue" } }, (response) => { response.on("data", (piece) => console.log(piece.toString())).on("end", () => server.close()); });
          request.on("continue", () => { console.log("continue"); request.end("body"); });
        }
      });`,
  },
  {
    title: "requests that are given up, at either end, and a server that closes",
    code: `
      const http = require("node:http");
      let late;
      const server = http.createServer((request, response) => {
        if (request.url === "/late") { request.on("close", () => console.log("request closed", request.aborted)); setTimeout(() => late.destroy(), 10); return; }
        if (request.url === "/cut") { response.writeHead(200, { "Content-Length": 10 }); response.write("half"); setTimeout(() => response.destroy(), 10); return; }
        response.end("x");
      });
      server.listen(0, "127.0.0.1", () => {
        const options = { port: server.address().port, host: "127.0.0.1" };
        late = http.get({ ...options, path: "/late" }).on("error", (error) => {
          console.log("late", error.code, error.message);
          http.get({ ...options, path: "/cut" }, (response) => {
            response.on("data", (piece) => console.log(piece.toString())).on("error", (error) => { console.log("cut", error.code, error.message); server.close(() => console.log("closed")); server.closeAllConnections(); });
          });
        });
      });`,
  },
  {
    title: "lists of addresses, and addresses with a port",
    code: `
      const { BlockList, SocketAddress, isIPv6 } = require("node:net");
      const list = new BlockList();
      list.addAddress("1.2.3.4");
      list.addRange("1.1.1.1", "1.1.1.9");
      list.addSubnet("10.0.0.7", 8);
      list.addSubnet("fe80::", 10, "ipv6");
      list.addAddress("::1", "ipv6");
      list.addAddress(new SocketAddress({ address: "1.2.3.4" }));
      console.log(list.rules.sort());
      for (const [address, family] of [["1.2.3.4"], ["::ffff:1.2.3.4", "ipv6"], ["1.1.1.5"], ["1.1.1.10"], ["10.9.8.7"], ["11.0.0.1"], ["::ffff:10.1.1.1", "ipv6"], ["febf::1", "ipv6"], ["fec0::1", "ipv6"], ["0:0::0:1", "ipv6"], ["zz"], ["1.2.3.4", "ipv6"]])
        console.log(address, list.check(address, family));
      list.removeSubnet("10.0.0.7", 8);
      console.log(list.check("10.9.8.7"), list.rules.length, BlockList.isBlockList(list));
      const other = new BlockList();
      other.fromJSON(list.toJSON());
      console.log(other.rules.length);
      for (const use of [() => new SocketAddress({ address: "zz" }), () => list.addRange("2.2.2.2", "1.1.1.1"), () => list.addSubnet("1.1.1.1", 33), () => list.addAddress("1.1.1")])
        try { use(); } catch (error) { console.log(error.code, error.message); }
      for (const address of ["::FFFF:1.2.3.4", "1:0:0:2:0:0:0:3", "0:0:0:0:0:0:0:0", "1:2:3:4:5:6:7:8", "1:0:2:0:3:0:4:0", "::", "fe80::1"]) console.log(new SocketAddress({ address, family: "ipv6", flowlabel: 5, port: 8 }));
      console.log(SocketAddress.parse("[::1]:80"), SocketAddress.parse("nowhere"));
      console.log(require("node:tls").checkServerIdentity("0:0::1", { subjectaltname: "IP Address:0:0:0:0:0:0:0:1", subject: {} }));`,
  },
  {
    title: "a resolver that asks servers of the program's own: every type, what a server refuses, and what it cuts",
    code: `
      const { createSocket } = require("node:dgram"), { createServer } = require("node:net"), { Resolver } = require("node:dns");
      const word = (value) => [value >> 8, value & 255], text = (value) => [value.length, ...Buffer.from(value)];
      const name = (value) => [...value.split(".").flatMap(text), 0], self = [0xc0, 12];
      const held = {
        A: [1, [1, 2, 3, 4]], NS: [2, name("ns.b.test")], CNAME: [5, [...text("www"), ...self]], PTR: [12, name("host.test")],
        SOA: [6, [...name("ns.b.test"), ...name("admin.b.test"), 255, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5]],
        MX: [15, [...word(10), ...text("mx"), ...self]], TXT: [16, [...text("one"), 4, 116, 0xc3, 0xa9, 111]], AAAA: [28, [...Buffer.alloc(14), 0, 66]],
        SRV: [33, [...word(1), ...word(2), ...word(443), ...name("srv.test")]], CAA: [257, [128, ...text("issue"), ...Buffer.from("ca.test")]],
        NAPTR: [35, [...word(7), ...word(8), ...text("s"), ...text("SIP+D2U"), ...text(""), ...name("_sip.test")]],
      };
      const answer = (asked, flags, records, code = 0) => Buffer.from([...asked.subarray(0, 2), 0x81 | flags, 0x80 | code, 0, 1, ...word(records.length), 0, 0, 0, 0,
        ...asked.subarray(12), ...records.flatMap(([type, data]) => [...self, ...word(type), 0, 1, 0, 0, 0, 60, ...word(data.length), ...data])]);
      const asks = [], tcp = createServer((socket) => socket.on("data", (asked) => {
        const whole = answer(asked.subarray(2), 0, [held.TXT]);
        socket.write(Buffer.from([...word(whole.length), ...whole.subarray(0, 5)]));
        setImmediate(() => socket.end(whole.subarray(5)));
      })), udp = createSocket("udp4");
      udp.on("message", (asked, { port }) => {
        const label = asked.toString("latin1", 13, 13 + asked[12]), type = asked.readUInt16BE(asked.length - 4);
        asks.push(label + " " + type);
        const records = type === 255 ? Object.values(held) : Object.values(held).filter(([each]) => each === type);
        const reply = (bytes) => udp.send(bytes, port, "127.0.0.1");
        if (label === "cut") reply(answer(asked, 2, []));
        else if (label === "loop") reply(answer(asked, 0, [[5, [0xc0, asked.length + 12]]]));
        else if (label === "other") { const wrong = answer(asked, 0, [[1, [9, 9, 9, 9]]]); wrong[1] ^= 1; reply(wrong); reply(answer(asked, 0, records)); }
        else if (label.startsWith("code")) reply(answer(asked, 0, [], +label.slice(4)));
        else reply(answer(asked, 0, records));
      });
      tcp.listen(0, "127.0.0.1", () => udp.bind(tcp.address().port, "127.0.0.1", async () => {
        const closed = createServer();
        await new Promise((done) => closed.listen(0, "127.0.0.1", done));
        const nobody = closed.address().port;
        await new Promise((done) => closed.close(done));
        const resolver = new Resolver({ timeout: 300, tries: 1 });
        resolver.setServers(["127.0.0.1:" + nobody, "127.0.0.1:" + udp.address().port]);
        const ask = (...asked) => new Promise((done) => resolver.resolve(...asked, (error, found) => { console.log(...asked, error ? [error.code, error.syscall, error.hostname] : JSON.stringify(found)); done(); }));
        for (const type of Object.keys(held)) await ask("b.test", type);
        await new Promise((done) => resolver.resolve4("b.test", { ttl: true }, (error, found) => done(console.log(found))));
        await ask("b.test", "ANY");
        await ask("b.test", "TLSA");
        await ask("cut.test", "TXT");
        await ask("other.test", "A");
        for (const code of [1, 2, 3, 4, 5]) await ask("code" + code + ".test", "A");
        for (const wrong of ["a..b", "x".repeat(64) + ".test", "secret.onion"]) await ask(wrong, "A");
        await new Promise((done) => resolver.reverse("9.8.7.6", (error, names) => done(console.log(error, names))));
        console.log(asks.join(", "));
        const alone = new Resolver({ timeout: 300, tries: 1 });
        alone.setServers(["127.0.0.1:" + nobody]);
        await new Promise((done) => alone.resolve4("b.test", (error) => done(console.log(error.code))));
        alone.setServers([]);
        await new Promise((done) => alone.resolve4("b.test", (error) => done(console.log(error.code, alone.getServers()))));
        udp.close(); tcp.close();
      }));`,
  },
  {
    title: "a resolver whose servers stay silent, whose questions are taken back, and whose servers change meanwhile",
    code: `
      const { createSocket } = require("node:dgram"), { Resolver } = require("node:dns");
      const silent = createSocket("udp4").bind(0, "127.0.0.1", async () => {
        const resolver = new Resolver({ timeout: 250, tries: 1 }), server = "127.0.0.1:" + silent.address().port;
        resolver.setServers([server]);
        console.log(resolver.getServers()[0] === server);
        await new Promise((done) => resolver.resolveMx("late.test", (error) => done(console.log(error.code))));
        const taken = new Promise((done) => resolver.reverse("9.8.7.6", (error) => done(console.log(error.code, error.syscall, error.hostname))));
        try { resolver.setServers(["127.0.0.2"]); } catch (error) { console.log(error.code, error.message.replace(/ \\[.*/s, "")); }
        silent.once("message", () => resolver.cancel());
        await taken;
        resolver.setServers(["[::1]:53", "127.0.0.1:53", "4.4.4.4:54"]);
        console.log(resolver.getServers());
        for (const use of [["127.0.0.1", "::1"], ["::1"], ["1.1.1.1", "2.2.2.2"], ["::1", "::2"], ["bad"]])
          try { console.log(resolver.setLocalAddress(...use)); } catch (error) { console.log(error.code, error.message); }
        silent.close();
      });`,
  },
  {
    title: "the interface and the addresses that every machine has, and one port at two of them",
    code: `
      const net = require("node:net"), os = require("node:os");
      const { family, mac, internal, cidr } = os.networkInterfaces().lo[0];
      console.log(family, mac, internal, cidr);
      const one = net.createServer((socket) => socket.end("v4")).listen(0, "127.0.0.1", () => {
        const { port } = one.address(), other = net.createServer((socket) => socket.end("v6"));
        other.listen({ port, host: "::", ipv6Only: true }, async () => {
          const tell = (host) => new Promise((done) => net.connect(port, host).on("data", (text) => console.log(host, text + "")).on("error", ({ code }) => console.log(host, code)).on("close", done));
          for (const host of ["127.0.0.1", "::1", "0.0.0.0", "::"]) await tell(host);
          one.close();
          await tell("127.0.0.1");
          net.createServer().on("error", ({ code }) => { console.log(code); other.close(); }).listen(port, "::1");
        });
      });
      os.setPriority(os.getPriority() + 1);
      try { os.setPriority(0x7fffff, 1); } catch ({ info }) { console.log(info.code); }`,
  },
  {
    title:
      "a connection of the program's own address that an agent uses again, answers within answers, and lists that are cloned",
    code: `
      const http = require("node:http"), net = require("node:net"), { Duplex } = require("node:stream");
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 }), ids = [];
      const server = http.createServer((request, response) => response.end(request.socket.remoteAddress)).listen(0, "127.0.0.1", async () => {
        const { port } = server.address();
        const get = () => new Promise((done) => http.get({ agent, port, host: "127.0.0.1", localAddress: "127.0.0.5" }, (response) => {
          ids.push(response.socket._handle.getAsyncId());
          let text = "";
          response.on("data", (piece) => (text += piece)).on("end", () => setImmediate(done, text));
        }));
        console.log(await get(), await get(), ids[0] !== ids[1]);
        await new Promise((done) => net.connect({ port, host: "127.0.0.1", localAddress: "192.0.2.1" }).on("error", ({ code }) => done(console.log(code))));
        agent.destroy();
        server.close(() => {
          const next = http.createServer().listen(0, "127.0.0.1", () => { console.log(next.address().port !== port); next.close(); });
        });
      });
      const socket = new Duplex({ read() {}, write(piece, encoding, done) { if (String(piece).includes("\\r\\n\\r\\n")) this.push("HTTP/1.1 100 Continue\\r\\n\\r\\n"); done(); } });
      http.request("http://nowhere.test", { createConnection: () => socket })
        .on("information", ({ statusCode }) => { console.log(statusCode); socket.push("HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"); socket.push(null); })
        .on("response", ({ statusCode }) => console.log(statusCode)).end();
      const list = new net.BlockList();
      list.addSubnet("10.0.0.0", 8);
      console.log(structuredClone(list).check("10.1.2.3"), structuredClone(new net.SocketAddress({ address: "::1", family: "ipv6", port: 7 })));`,
  },
];
