import { setTimeout as pause } from "node:timers/promises";
import type { Draft } from "./app/publisher.ts";

/** What a visitor of the site sees. */
export interface Seen {
  readonly status: number;
  readonly html: string;
}

export class Visitor {
  readonly #site: string;

  constructor(site: string) {
    this.#site = site;
  }

  async get(path: string): Promise<Seen> {
    return seen(await fetch(this.#site + path));
  }

  async publish({ title, markdown }: Draft): Promise<Seen> {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ title, markdown });
    return seen(await fetch(`${this.#site}/articles`, { method: "POST", headers, body }));
  }

  /** Asks for a page again and again until something is over. @returns whether it was always there */
  async watches(path: string, until: Promise<unknown>): Promise<boolean> {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    until.then(end, end);
    do {
      if ((await this.get(path)).status !== 200) return false;
      await pause(20);
    } while (!isOver);
    return true;
  }
}

async function seen(response: Response): Promise<Seen> {
  return { status: response.status, html: await response.text() };
}
