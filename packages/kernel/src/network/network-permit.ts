import {
  allowsEverything,
  decide,
  judgesUrls,
  type MaybePromise,
  mayAllowHttp,
  type NetworkAccessRequest,
  namesAddress,
  type PermissionCheck,
  type PermissionDecision,
} from "@vivarium/core";
import type { OnDiagnostic } from "../system-calls/report-fault.ts";

/** The embedder's check of the network, and what is known of its answers without asking. */
export class NetworkPermit {
  readonly #check: PermissionCheck<NetworkAccessRequest> | undefined;
  readonly #onDiagnostic: OnDiagnostic;
  /** Whether it is known to allow whatever it is asked. */
  readonly allowsEverything: boolean;
  /** Stands for the guest whose permit this is. */
  readonly guest: object = Object.freeze({});

  constructor(check: PermissionCheck<NetworkAccessRequest> | undefined, onDiagnostic: OnDiagnostic) {
    this.#check = check;
    this.#onDiagnostic = onDiagnostic;
    this.allowsEverything = allowsEverything(check);
  }

  ask(request: NetworkAccessRequest): MaybePromise<PermissionDecision> {
    return decide(this.#check, request, this.#onDiagnostic);
  }

  /** `false` is certain: no request of HTTP to this host would be allowed. */
  mayAllowHttp(hostname: string, port?: number): boolean {
    return mayAllowHttp(this.#check, hostname, port);
  }

  /** Whether requests to this server are judged by their URLs: nothing but HTTP may be said to it. */
  judgesUrls(hostname: string, port: number): boolean {
    return judgesUrls(this.#check, hostname, port);
  }

  /** Whether the policy that has allowed a request names this address itself. */
  names(request: NetworkAccessRequest, address: string): boolean {
    return namesAddress(this.#check, request, address);
  }
}
