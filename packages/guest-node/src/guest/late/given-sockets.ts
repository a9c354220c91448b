export { giveHandle, takeHandle } from "../network/given-handles.ts";
