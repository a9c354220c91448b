import { TLSSocket } from "node:tls";
import { allowAllNetwork, allowHosts, allowUrls, type NetworkAdapter } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createDefaultNetworkAdapter } from "../../src/index.ts";
import { makeCertificate } from "./support/certificate.ts";
import { failureOf, GuestNetworkUnderTest } from "./support/guest-network-under-test.ts";
import { serveHttps, serveTcp } from "./support/local-server.ts";

const certificate = makeCertificate(["localhost", "127.0.0.1"]);

describe("TLS of a guest", () => {
  it("ends in the host, which tells what came of it and of whom the certificate is", async () => {
    await using server = await serveHttps(certificate, (request, response) => response.end(`plain ${request.url}`));
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    await using guest = new GuestNetworkUnderTest({ network, check: allowAllNetwork.network });
    const socket = await guest.connectTo("127.0.0.1", server.port);
    const session = await socket.secure({ servername: "localhost", ca: [certificate.cert], alpn: ["http/1.1"] });
    expect(session).toMatchObject({
      protocol: "TLSv1.3",
      authorized: true,
      alpn: "http/1.1",
      servername: "localhost",
      certificates: [{ subject: { CN: "localhost" }, subjectaltname: "DNS:localhost, IP Address:127.0.0.1" }],
    });
    await socket.write("GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    expect(await socket.readAll()).toMatch(/plain \/a$/);
  });

  it("fails with the error of a certificate that nobody vouches for, unless its guest does not mind", async () => {
    await using server = await serveHttps(certificate, (_request, response) => response.end("plain"));
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    await using guest = new GuestNetworkUnderTest({ network, check: allowAllNetwork.network });
    const strict = await guest.connectTo("127.0.0.1", server.port);
    expect(await strict.secure({ servername: "localhost" })).toEqual({
      error: { code: "DEPTH_ZERO_SELF_SIGNED_CERT", message: expect.stringMatching(/^self-signed certificate/) },
    });
    expect(await failureOf(strict.write("x"))).toBe("ECANCELED");
    const careless = await guest.connectTo("127.0.0.1", server.port);
    expect(await careless.secure({ servername: "localhost", rejectUnauthorized: false })).toMatchObject({
      authorized: false,
      authorizationError: "DEPTH_ZERO_SELF_SIGNED_CERT",
    });
    expect(server.connections).toBe(2);
  });

  it("is made over a connection that is read already, and that has been spoken on before (STARTTLS)", async () => {
    await using server = await serveTcp((plain) => {
      plain.once("data", () => {
        plain.write("ready");
        const secure = new TLSSocket(plain, { isServer: true, ...certificate });
        secure.on("error", () => undefined);
        secure.on("data", (piece: Buffer) => secure.write(`<${piece.toString()}>`));
      });
    });
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    for (const check of [allowAllNetwork.network, () => true]) {
      await using guest = new GuestNetworkUnderTest({ network, check });
      const socket = await guest.connectTo("127.0.0.1", server.port);
      await socket.write("STARTTLS\r\n");
      expect(await socket.readUntil("ready")).toBe("ready");
      const waiting = socket.read();
      expect(await socket.secure({ servername: "localhost", ca: [certificate.cert] })).toMatchObject({
        authorized: true,
      });
      await socket.write("hidden");
      expect(await waiting).toBe("<hidden>");
    }
  });

  it("does not begin behind what was slipped in after the guest began to wait for it", async () => {
    await using server = await serveTcp((plain) => {
      plain.once("data", () => plain.write("ready"));
    });
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    const slippedIn = { error: { code: "EPROTO", message: expect.stringMatching(/^something was received/) } };
    for (const check of [allowAllNetwork.network, () => true]) {
      await using guest = new GuestNetworkUnderTest({ network, check });
      const socket = await guest.connectTo("127.0.0.1", server.port);
      await socket.write("STARTTLS\r\n");
      await socket.readUntil("ready");
      expect(await socket.secure({ servername: "localhost" }, 0)).toEqual(slippedIn);
    }
    await using guest = new GuestNetworkUnderTest({ network, check: allowUrls(["https://localhost/**"]) });
    const gated = await guest.connect("localhost", server.port);
    expect(await gated.secure({ servername: "localhost" }, 1)).toEqual(slippedIn);
  });

  it("shows the gate what it carries: HTTP over it is asked about with https", async () => {
    await using server = await serveHttps(certificate, (request, response) => response.end(`plain ${request.url}`));
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    const urls: unknown[] = [];
    const check = (request: { readonly op: string; readonly url?: string }): boolean => {
      if (request.url !== undefined) urls.push(request.url);
      return request.url?.endsWith("/closed") !== true;
    };
    await using guest = new GuestNetworkUnderTest({ network, check });
    const ask = async (path: string): Promise<string> => {
      const socket = await guest.connect("localhost", server.port);
      await socket.secure({ servername: "localhost", ca: [certificate.cert] });
      await socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: close\r\n\r\n`);
      return await failureOf(socket.readAll());
    };
    expect(await ask("/open")).toContain("plain /open");
    expect(await ask("/closed")).toBe("EACCES");
    expect(urls).toEqual([`https://localhost:${server.port}/open`, `https://localhost:${server.port}/closed`]);
  });

  it("is verified where the gate makes the connection, by the host or by what the guest trusts", async () => {
    await using server = await serveHttps(certificate, (_request, response) => response.end("plain"));
    const { connect: _, ...network } = createDefaultNetworkAdapter();
    const origin = `https://localhost:${server.port}`;
    await using guest = new GuestNetworkUnderTest({ network, check: allowUrls([`${origin}/**`]) });
    const ask = async (options: object): Promise<string> => {
      const socket = await guest.connect("localhost", server.port);
      expect(await socket.secure(options)).toMatchObject({
        authorized: true,
        certificates: [{ subjectaltname: "DNS:localhost" }],
      });
      await socket.write(`GET / HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: close\r\n\r\n`);
      return await failureOf(socket.readAll());
    };
    const servername = "localhost";
    expect(await ask({ servername })).toMatch(/^EPROTO: DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate/);
    expect(await ask({ servername, ca: [certificate.cert] })).toContain("plain");
    // Neither shares a connection with who trusts more.
    expect(await ask({ servername })).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(await ask({ servername, rejectUnauthorized: false })).toContain("plain");
    expect(await ask({ servername })).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  it("is refused to a certificate of another name", async () => {
    const stranger = makeCertificate(["stranger.test"]);
    await using server = await serveHttps(stranger, (_request, response) => response.end("plain"));
    const { connect: _, ...network } = createDefaultNetworkAdapter();
    const check = allowUrls([`https://localhost:${server.port}/**`]);
    await using guest = new GuestNetworkUnderTest({ network, check });
    const socket = await guest.connect("localhost", server.port);
    await socket.secure({ servername: "localhost", ca: [stranger.cert] });
    await socket.write(`GET / HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`);
    expect(await failureOf(socket.read())).toMatch(/^EPROTO: ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it("is of no other name than its requests, where a policy judges hosts", async () => {
    const network: NetworkAdapter = { fetch: () => expect.unreachable("nobody may fetch") };
    for (const check of [allowHosts(["a.test", "b.test"]), allowUrls(["https://a.test/**"])]) {
      await using guest = new GuestNetworkUnderTest({ network, check });
      const socket = await guest.connect("a.test", 443);
      await socket.secure({ servername: "b.test" });
      await socket.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      expect(await failureOf(socket.read())).toBe("EACCES");
    }
  });

  it.each([
    ["{", /^EINVAL/],
    ["[]", /^EINVAL/],
    ['{"servername":1}', /^EINVAL/],
    ['{"host":"a"}', /^EINVAL/],
    ['{"minVersion":"SSLv3"}', /^EINVAL/],
    ['{"__proto__":{"ca":1}}', /^EINVAL/],
    ['{"key":"-----BEGIN ENCRYPTED PRIVATE KEY-----"}', /^ENOTSUP: a key has to be given without encryption/],
    ['{"key":"no key"}', /ERR_OSSL/],
    ['{"ca":["no certificate"]}', /ERR_OSSL|DEPTH_ZERO/],
  ])("takes no junk for options: %s", async (options, expected) => {
    await using server = await serveHttps(certificate, () => undefined);
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    await using guest = new GuestNetworkUnderTest({ network, check: allowAllNetwork.network });
    const socket = await guest.connectTo("127.0.0.1", server.port);
    expect(await failureOf(guest.call("net.secure", socket.number, 0, options))).toMatch(expected);
    expect(guest.diagnostics).toEqual([]);
  });
});
