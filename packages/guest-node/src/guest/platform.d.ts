/** What the contracts of core name and the isolate itself does not have: Node's library brings it at boot. */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
}

interface URL {
  readonly protocol: string;
  readonly hostname: string;
  readonly host: string;
  readonly port: string;
  readonly pathname: string;
  readonly username: string;
  readonly password: string;
}
declare const URL: { new (url: string): URL; canParse(url: string): boolean };
