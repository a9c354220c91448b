import { localCertificate } from "./local-certificate.table.ts";

/** The certificate and the key of these programs are their own. */
const own = `const own = ${JSON.stringify(localCertificate)};`;

/** Programs that speak TLS to themselves. */
export const securePrograms: readonly { readonly title: string; readonly code: string }[] = [
  {
    title: "a server of TLS with a key of its own, asked by clients that trust it, and by one that does not",
    code: `${own}
      const tls = require("node:tls");
      const server = tls.createServer({ ...own, ALPNProtocols: ["b", "a"] }, (socket) => {
        console.log("server", socket.servername, socket.alpnProtocol, socket.getProtocol(), socket.authorized);
        socket.setEncoding("utf8").on("data", (text) => socket.end("<" + text.length + ">"));
      });
      server.on("tlsClientError", (error) => console.log("refused", error.code));
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address();
        const client = tls.connect({ port, host: "127.0.0.1", servername: "localhost", ca: own.cert, ALPNProtocols: ["a", "b"] });
        client.on("secureConnect", () => {
          const { subject, raw } = client.getPeerCertificate();
          console.log(client.authorized, client.alpnProtocol, client.getCipher().name, subject.CN, raw.length > 300);
          client.write("x".repeat(12));
        });
        client.setEncoding("utf8").on("data", (text) => console.log("client", text));
        client.on("close", () => {
          const stranger = tls.connect({ port, host: "127.0.0.1", servername: "localhost" });
          stranger.on("error", (error) => { console.log(error.code, error.message); server.close(); });
        });
      });`,
  },
  {
    title: "a server that writes and destroys at once, and one that refuses the name that it is asked for",
    code: `${own}
      const tls = require("node:tls");
      const server = tls.createServer({ ...own, SNICallback: (name, done) => done(name === "b.test" ? new Error("not " + name) : null) }, (socket) => {
        socket.write("one ", () => {
          socket.write("two ", () => socket.destroy());
          socket.write("three");
        });
      });
      server.on("tlsClientError", (error, socket) => console.log("refused", error.message, socket.servername));
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address();
        let text = "";
        const client = tls.connect({ port, host: "127.0.0.1", servername: "localhost", ca: own.cert });
        client.setEncoding("utf8").on("data", (piece) => { text += piece; }).on("close", () => {
          console.log(text);
          const other = tls.connect({ port, host: "127.0.0.1", servername: "b.test", ca: own.cert });
          other.on("error", (error) => console.log(error.code)).on("close", () => server.close());
        });
      });`,
  },
  {
    title: "https of a program's own, in one session after the other",
    code: `${own}
      const https = require("node:https");
      const server = https.createServer(own, (request, response) => {
        let length = 0;
        request.on("data", (piece) => { length += piece.length; });
        request.on("end", () => response.end(request.method + " " + length + " " + request.socket.isSessionReused() + "y".repeat(300_000)));
      }).listen(0, () => {
        const agent = new https.Agent({ ca: own.cert, maxSockets: 1 });
        const ask = (done) => {
          const request = https.request({ port: server.address().port, method: "POST", agent }, (response) => {
            let text = "";
            response.setEncoding("latin1").on("data", (piece) => { text += piece; });
            response.on("end", () => { console.log(response.statusCode, text.slice(0, 20), text.length); setTimeout(done, 20); });
          });
          request.end(Buffer.alloc(200_000));
        };
        ask(() => ask(() => server.close()));
      });`,
  },
  {
    title: "TLS over streams of the program's own, and a choice of names and protocols",
    code: `${own}
      const tls = require("node:tls");
      const { duplexPair } = require("node:stream");
      const [near, far] = duplexPair();
      const server = new tls.TLSSocket(far, {
        isServer: true, ...own,
        SNICallback: (name, done) => { console.log("name", name); done(null, tls.createSecureContext(own)); },
        ALPNCallback: ({ servername, protocols }) => { console.log("offered", servername, protocols); return protocols[1]; },
      });
      server.on("secure", () => console.log("secure", server.alpnProtocol, server.getProtocol()));
      server.setEncoding("utf8").on("data", (text) => server.end("heard " + text));
      const client = tls.connect({ socket: near, servername: "localhost", ca: own.cert, ALPNProtocols: ["one", "two"], maxVersion: "TLSv1.2" }, () => {
        console.log("connected", client.authorized, client.alpnProtocol);
        client.write("it");
      });
      client.setEncoding("utf8").on("data", (text) => console.log(text)).on("end", () => console.log("end"));`,
  },
  {
    title: "a connection that begins in plain and goes on in TLS",
    code: `${own}
      const net = require("node:net");
      const tls = require("node:tls");
      const server = net.createServer((plain) => {
        plain.once("data", (asked) => {
          console.log(String(asked));
          plain.write("go", () => {
            const socket = new tls.TLSSocket(plain, { isServer: true, ...own });
            socket.on("data", (piece) => socket.end(String(piece).toUpperCase()));
          });
        });
        server.close();
      }).listen(0, () => {
        const plain = net.connect(server.address().port, () => plain.write("STARTTLS"));
        plain.once("data", (answer) => {
          console.log(String(answer));
          const socket = tls.connect({ socket: plain, ca: own.cert, servername: "localhost" }, () => socket.write("text"));
          socket.on("data", (piece) => console.log(String(piece))).on("close", (failed) => console.log("close", failed));
        });
      });`,
  },
  {
    title: "contexts that are wrong say so at once",
    code: `${own}
      const tls = require("node:tls");
      for (const options of [{ key: "none" }, { cert: "none" }, { ...own, ciphers: "NONE" }, { ecdhCurve: "none" }, { pfx: Buffer.from("x") }, { sigalgs: "none" }]) {
        try { tls.createSecureContext(options); console.log("made"); } catch (error) { console.log(error.code, error.message); }
      }
      console.log(tls.getCACertificates("bundled").length === tls.rootCertificates.length, tls.rootCertificates.length > 100);
      tls.setDefaultCACertificates([own.cert, own.cert]);
      console.log(tls.getCACertificates("default").length);`,
  },
  {
    title: "a client that ends without a byte, one that nobody has told to begin, and a certificate that is none",
    code: `${own}
      const tls = require("node:tls");
      let left = 2;
      const server = tls.createServer(own, (socket) => {
        socket.on("error", () => {}).on("data", (piece) => console.log("server", String(piece))).on("end", () => { console.log("end"); socket.end(); });
        socket.on("close", () => --left === 0 && server.close());
      });
      server.on("tlsClientError", ({ code }) => { console.log("refused", code); server.close(); });
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address(), options = { port, host: "127.0.0.1", servername: "localhost", ca: own.cert };
        const client = tls.connect(options, () => setTimeout(() => client.destroy(), 20));
        client.end("");
        const late = new tls.TLSSocket();
        late.connect(port, "127.0.0.1", () => late.end("late")).on("close", () => console.log("closed"));
      });
      const none = "-----BEGIN CERTIFICATE-----\\nvalid cert content\\n-----END CERTIFICATE-----";
      try { tls.setDefaultCACertificates([none]); } catch ({ code }) { console.log(code); }`,
  },
];
