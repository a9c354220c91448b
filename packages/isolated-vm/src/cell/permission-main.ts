import { loadProcessControls } from "@vivarium/guest-node";
import { CALL_DESCRIPTOR, EVENT_DESCRIPTOR } from "../channel/protocol.ts";
import { loadIsolatedVmBinary } from "../engine/load-isolated-vm.ts";
import { readCellArguments } from "./cell-arguments.ts";
import { CellConfinement } from "./cell-confinement.ts";
import { collectYoungBuffersEarly } from "./garbage-collection.ts";
import { GuestStock } from "./guest-stock.ts";
import { NodePermission } from "./node-permission.ts";
import { receiveProvisions } from "./receive-provisions.ts";
import { serveCell } from "./serve-cell.ts";

/*
 * The entry of a process cell that Node's permission model holds, since the kernel confines nothing: one file, which is
 * all that the process may read. What else it needs, its host sends.
 */

const permission = new NodePermission();
const { host, mustBeConfined, asksKernel, binaries } = readCellArguments(process.argv);
const { helpers, parts, sources } = receiveProvisions();
const controls = loadProcessControls(helpers);
controls?.dieWithParent(host);
controls?.keepLongMemory(false);
collectYoungBuffersEarly();
// What the kernel does all the same is welcome.
const confining = new CellConfinement(asksKernel ? controls : undefined, EVENT_DESCRIPTOR + 1, permission);
serveCell(
  { calls: CALL_DESCRIPTOR, events: EVENT_DESCRIPTOR },
  {
    openStock: (onDiagnostic) =>
      new GuestStock({ engine: loadIsolatedVmBinary(binaries), parts, sources, helpers, onDiagnostic }),
    controls,
    mustBeConfined,
    confine: () => confining.confine(),
  },
);
