import { SharedTurns } from "@vivarium/core";

/** What all servers send is read in turns: the host does other things in between. */
export const serverTurns: SharedTurns = new SharedTurns();
