/**
 * The program of an extension's guest: has the extension register what it handles. It comes after the extension, whatever
 * that has made of the realm: what there is to do is done by what came before.
 */
// Before the extension, and for itself: what stands between names may be sorted.
import "directus:set-up";
import * as exported from "directus:extension";
import { setUp } from "directus:set-up";

/** Answers as soon as nothing else has the guest's thread. */
export const isAwake = (): boolean => true;

await setUp(exported);
