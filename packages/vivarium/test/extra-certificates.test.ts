import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { describe, expect, it } from "vitest";
import {
  allowAll,
  createDefaultNetworkAdapter,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "../src/index.ts";
import { localCertificate } from "./local-certificate.table.ts";

/** Runs a program whose world names a file of certificates to trust; what it prints. */
async function printed(program: string, exempt: number[] = []): Promise<string> {
  const filesystem = createInMemoryFileSystem();
  filesystem.writeFile("/ca.pem", localCertificate.cert);
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({
      filesystem,
      permissions: allowAll,
      networkAdapter: createDefaultNetworkAdapter({ loopbackExemptPorts: exempt }),
    }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells: "inline" }),
  });
  let output = "";
  const onStdio = ({ message }: { readonly message: string }): void => {
    output += message;
  };
  const run = async (file: string): Promise<void> => {
    await runtime.exec(program, { filePath: "/program.cjs", env: { NODE_EXTRA_CA_CERTS: file }, onStdio });
  };
  await run("/ca.pem");
  await run("/none.pem");
  return output;
}

describe("a file of certificates that a guest's environment names", () => {
  it("is trusted beside those of Node, or said to be missing", async () => {
    const output = await printed(`
      const tls = require("node:tls"), own = ${JSON.stringify(localCertificate)};
      const [all, bundled, extra] = ["default", "bundled", "extra"].map((type) => tls.getCACertificates(type));
      console.log(all.length - bundled.length, extra.length, extra[0] === own.cert.trim() + "\\n");
      const server = tls.createServer(own, (socket) => socket.end()).listen(0, () => {
        const client = tls.connect(server.address().port, "localhost", () => console.log("trusted", client.authorized));
        client.on("error", (error) => console.log(error.code)).on("close", () => server.close()).resume();
      }).on("tlsClientError", () => undefined);`);
    expect(output.replace(/^\(.*\n/gm, "(warning)\n").split("\n")).toEqual([
      ...["1 1 true", "trusted true", "0 0 false"],
      ...["(warning)", "(warning)", "DEPTH_ZERO_SELF_SIGNED_CERT", ""],
    ]);
    expect(output).toContain("Warning: Ignoring extra certs from `/none.pem`, load failed: No such file or directory");
  });

  it("is trusted by connections to the outside, which the host makes", async () => {
    const server = createServer(localCertificate, (socket) => socket.on("error", () => undefined).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const program = `
      const tls = require("node:tls");
      if (process.env.NODE_EXTRA_CA_CERTS === "/none.pem") tls.setDefaultCACertificates(tls.rootCertificates.slice(0, 70));
      const socket = tls.connect({ port: ${port}, host: "127.0.0.1", servername: "localhost" });
      socket.on("secureConnect", () => console.log("trusted", socket.authorized)).resume();
      socket.on("error", (error) => console.log(error.code));`;
    const lines = (await printed(program, [port])).split("\n").filter((line) => !line.startsWith("("));
    server.close();
    expect(lines).toEqual(["trusted true", "DEPTH_ZERO_SELF_SIGNED_CERT", ""]);
  });
});
