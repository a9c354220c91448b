import { loadGuestParts, loadProcessControls } from "@vivarium/guest-node";
import { CALL_DESCRIPTOR, EVENT_DESCRIPTOR } from "../channel/protocol.ts";
import { loadIsolatedVmBinary } from "../engine/load-isolated-vm.ts";
import { readCellArguments } from "./cell-arguments.ts";
import { CellConfinement } from "./cell-confinement.ts";
import { collectYoungBuffersEarly } from "./garbage-collection.ts";
import { GuestStock } from "./guest-stock.ts";
import { serveCell } from "./serve-cell.ts";

/* The entry of a process cell that the host has spawned. It lives as long as the host holds the ends of its pipes. */

const { host, mustBeConfined, binaries } = readCellArguments(process.argv);
const controls = loadProcessControls();
// The end of a channel is seen between two entries into a guest, and some guests never come back.
controls?.dieWithParent(host);
controls?.keepLongMemory(false);
collectYoungBuffersEarly();
const confinement = new CellConfinement(controls, EVENT_DESCRIPTOR + 1);
serveCell(
  { calls: CALL_DESCRIPTOR, events: EVENT_DESCRIPTOR },
  {
    openStock: (onDiagnostic) =>
      new GuestStock({ engine: loadIsolatedVmBinary(binaries), parts: loadGuestParts(), onDiagnostic }),
    controls,
    mustBeConfined,
    confine: () => confinement.confine(),
  },
);
