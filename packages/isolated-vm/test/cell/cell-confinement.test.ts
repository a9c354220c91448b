import type { ProcessControls } from "@vivarium/guest-node";
import { loadGuestParts } from "@vivarium/guest-node";
import { describe, expect, test } from "vitest";
import { CellConfinement } from "../../src/cell/cell-confinement.ts";
import { CellServer } from "../../src/cell/cell-server.ts";
import { GuestStock } from "../../src/cell/guest-stock.ts";
import { NO_RUN } from "../../src/channel/addressed.ts";
import { decodeCellMessage } from "../../src/channel/cell-message.ts";
import { FRAME_HEADER_BYTES } from "../../src/channel/protocol.ts";
import { WireWriter } from "../../src/channel/wire-writer.ts";
import { loadIsolatedVmPackage } from "../../src/engine/load-isolated-vm.ts";

const refused = (): never => {
  throw new Error("seccomp failed: Operation not permitted");
};

/** As a kernel that confines nothing has them. */
const powerless: ProcessControls = {
  fork: refused,
  makeNamespaces: refused,
  childEnd: refused,
  dieWithParent: refused,
  closeInherited: () => undefined,
  abandonRings: refused,
  confine: refused,
  spinUntilInput: refused,
  hasInput: refused,
  keepLongMemory: refused,
};

describe("a cell that its kernel does not confine", () => {
  test("knows what was refused; where there is nothing to confine with, nothing was", () => {
    const problem = "seccomp failed: Operation not permitted";
    expect(new CellConfinement(powerless, 5).confine()).toEqual({
      isConfined: false,
      landlock: 0,
      namespaces: false,
      nodePermission: false,
      problem,
    });
    expect(new CellConfinement(undefined, 5).confine()).toEqual({
      isConfined: false,
      landlock: 0,
      namespaces: false,
      nodePermission: false,
      problem: "",
    });
  });

  test("says so, once, and goes on", async () => {
    const said: unknown[] = [];
    const prepared: string[] = [];
    const onDiagnostic = (): void => undefined;
    const stock = new GuestStock({ engine: loadIsolatedVmPackage(), parts: loadGuestParts(), onDiagnostic });
    const server = new CellServer({
      descriptor: {
        write(frame) {
          const { message } = decodeCellMessage(Buffer.from(frame).subarray(FRAME_HEADER_BYTES));
          if (message.kind === "fault" || message.kind === "confined") said.push(message);
          if (message.kind === "prepared") prepared.push(message.guestKind);
        },
        writeSoon: refused,
        exchange: refused,
        poll: refused,
        next: refused,
      },
      writer: new WireWriter(),
      openStock: () => stock,
      confine: () => new CellConfinement(powerless, 5).confine(),
      leave: refused,
    });
    server.take({ run: NO_RUN, message: { kind: "prepare", guestKind: "node 32" } });
    server.take({ run: NO_RUN, message: { kind: "prepare", guestKind: "node 32" } });
    await expect.poll(() => prepared).toEqual(["node 32", "node 32"]);
    const problem = "seccomp failed: Operation not permitted";
    expect(said).toEqual([
      { kind: "confined", isConfined: false, landlock: 0, namespaces: false, nodePermission: false, problem },
    ]);
    stock.dispose();
  });
});
