/**
 * What a guest finds in its world, beside the language itself:
 *
 * - `node`: Node's own library, as a program of Node's finds it
 * - `web`: WinterTC's Minimum Common Web API, and nothing of Node
 * - `bare`: nothing
 *
 * A profile says what is there; what a program may do with it, its permissions say.
 */
export type GuestProfile = "node" | "web" | "bare";

/** Every profile. */
export const guestProfiles: readonly GuestProfile[] = ["node", "web", "bare"];

/** The profile of a driver, a run or a guest that names none. */
export const DEFAULT_PROFILE: GuestProfile = "node";
