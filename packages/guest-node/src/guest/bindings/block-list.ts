import type { Binding, Guest } from "../guest.ts";
import type { Messages } from "../messaging/message.ts";
import { type AddressRule, compareAddresses, describeRule, isOfRule, isSameRule } from "../network/address-rule.ts";
import { formatIp, parseIp } from "../network/ip-address.ts";
import { ArrayPrototypePush, removeAt, setOwn } from "../past-prototypes.ts";

const AF_INET = 2;
const AF_INET6 = 10;
const V4_BYTES = 4;

/** In this order Node tells rules. */
const KINDS = [
  ["Address", V4_BYTES],
  ["Address", V4_BYTES * 4],
  ["Subnet", V4_BYTES],
  ["Subnet", V4_BYTES * 4],
  ["Range", V4_BYTES],
  ["Range", V4_BYTES * 4],
] as const;

/** Lists of addresses, and addresses with a port: nothing of them needs the host. */
export function blockListBinding(guest: Guest, messages: Messages): Binding {
  class SocketAddress {
    readonly #bytes: readonly number[];
    readonly #port: number;
    readonly #flowLabel: number;

    constructor(address: string, port: number, family: number, flowLabel: number) {
      const bytes = parseIp(address);
      if (bytes === undefined || (bytes.length === V4_BYTES) !== (family === AF_INET)) {
        throw guest.errors.coded("Error", "ERR_INVALID_ADDRESS", "Invalid socket address");
      }
      this.#bytes = bytes;
      this.#port = port;
      this.#flowLabel = flowLabel;
      const data: PackedAddress = [address, port, family, flowLabel];
      messages.share(this, { pack: () => ({ name: "socketAddress", data }) });
    }

    static bytesOf(address: SocketAddress): readonly number[] {
      return address.#bytes;
    }

    detail(out: object): object {
      setOwn(out, "address", formatIp(this.#bytes));
      setOwn(out, "port", this.#port);
      setOwn(out, "family", this.#bytes.length === V4_BYTES ? AF_INET : AF_INET6);
      setOwn(out, "flowlabel", this.#flowLabel);
      return out;
    }

    flowlabel(): number {
      return this.#flowLabel;
    }
  }
  messages.unpacks("socketAddress", (data) => {
    const packed = data as PackedAddress;
    return new SocketAddress(packed[0], packed[1], packed[2], packed[3]);
  });
  const { bytesOf } = SocketAddress;
  return { __proto__: null, SocketAddress, BlockList: blockList(bytesOf, messages) };
}

/** Text, port, family and flow label. */
type PackedAddress = readonly [string, number, number, number];

function blockList<Address>(bytesOf: (address: Address) => readonly number[], messages: Messages): new () => object {
  class BlockList {
    #rules: AddressRule[] = [];

    // A clone within the guest is the same list, as in Node; another thread has its own.
    constructor() {
      messages.share(this, { pack: () => ({ name: "blockList", data: this.#rules }) });
    }

    static from(rules: readonly AddressRule[]): BlockList {
      const list = new BlockList();
      for (let index = 0; index < rules.length; index++) list.#add(rules[index] as AddressRule);
      return list;
    }

    addAddress(address: Address): void {
      this.#add({ kind: "Address", address: bytesOf(address) });
    }

    addAddresses(addresses: readonly Address[]): void {
      for (let index = 0; index < addresses.length; index++) this.addAddress(addresses[index] as Address);
    }

    addRange(start: Address, end: Address): boolean {
      const rule = { kind: "Range", address: bytesOf(start), end: bytesOf(end) } as const;
      if (rule.address.length !== rule.end.length || compareAddresses(rule.address, rule.end) > 0) return false;
      this.#add(rule);
      return true;
    }

    addSubnet(network: Address, prefix: number): void {
      this.#add({ kind: "Subnet", address: bytesOf(network), prefix });
    }

    removeAddress(address: Address): void {
      this.#remove({ kind: "Address", address: bytesOf(address) });
    }

    removeRange(start: Address, end: Address): void {
      this.#remove({ kind: "Range", address: bytesOf(start), end: bytesOf(end) });
    }

    removeSubnet(network: Address, prefix: number): void {
      this.#remove({ kind: "Subnet", address: bytesOf(network), prefix });
    }

    check(address: Address): boolean {
      return this.#has(bytesOf(address));
    }

    checkString(text: string, family: number): boolean {
      const bytes = parseIp(text);
      return bytes !== undefined && (bytes.length === V4_BYTES) === (family === AF_INET) && this.#has(bytes);
    }

    clear(): void {
      this.#rules = [];
    }

    getSize(): number {
      return this.#rules.length;
    }

    getRules(): string[] {
      const texts: string[] = [];
      for (let kind = 0; kind < KINDS.length; kind++) {
        const each = KINDS[kind] as (typeof KINDS)[number];
        for (let index = 0; index < this.#rules.length; index++) {
          const rule = this.#rules[index] as AddressRule;
          if (rule.kind === each[0] && rule.address.length === each[1]) ArrayPrototypePush(texts, describeRule(rule));
        }
      }
      return texts;
    }

    #has(bytes: readonly number[]): boolean {
      for (let index = 0; index < this.#rules.length; index++) {
        if (isOfRule(this.#rules[index] as AddressRule, bytes)) return true;
      }
      return false;
    }

    #add(rule: AddressRule): void {
      if (this.#indexOf(rule) < 0) ArrayPrototypePush(this.#rules, rule);
    }

    #remove(rule: AddressRule): void {
      const index = this.#indexOf(rule);
      if (index >= 0) removeAt(this.#rules, index);
    }

    #indexOf(rule: AddressRule): number {
      for (let index = 0; index < this.#rules.length; index++) {
        if (isSameRule(this.#rules[index] as AddressRule, rule)) return index;
      }
      return -1;
    }
  }
  const { from } = BlockList;
  messages.unpacks("blockList", (data) => from(data as readonly AddressRule[]));
  return BlockList;
}
