/** A host with one kind of extension, which is loaded as often as it is wanted. */
export interface BenchedHost extends AsyncDisposable {
  /** Loads one more, whose operation has this id. */
  load(id: string): Promise<void>;
  /** Calls its operation. */
  call(id: string, options: object): Promise<unknown>;
}

export interface HostContestant {
  readonly title: string;
  open(): Promise<BenchedHost>;
}

/** What an extension in the wild is: a module of a few functions, one of which is called. */
export function extensionCode(id: string): string {
  return `
    import { log } from "directus:api";
    const clean = (text) => text.trim().toLowerCase().replace(/[^a-z0-9]+/g, "-");
    export default {
      id: ${JSON.stringify(id)},
      handler: async ({ title, tags }) => {
        if (title === "") log("empty");
        return { slug: clean(title), tags: tags.map(clean) };
      },
    };
  `;
}

/** Options of an operation. */
export const callOptions: object = { title: "  A Title, and More ", tags: ["First Tag", "Second Tag"] };
