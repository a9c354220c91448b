/** Does to the intrinsics what ill will can think of; the program goes on without them. */
export const POLLUTION: string = `
  const mine = { name: "mine" };
  const spy = () => { throw mine };
  const define = Reflect.defineProperty;
  const holders = [Array, Map, Set, String, Promise, Function, Uint8Array, Error, WeakMap, RegExp, Date, Object];
  const keys = holders.map((holder) => Reflect.ownKeys(holder.prototype));
  const world = globalThis;
  const names = Object.getOwnPropertyNames(world);
  const common = ["get", "set", "value", "then", "toJSON", "text", "kind", "0", "1", "constructor"];
  const trap = Object.assign(Object.create(null), { get: spy, set: spy, configurable: true });
  for (let i = 0; i < holders.length; i++) {
    for (let j = 0; j < keys[i].length; j++) define(holders[i].prototype, keys[i][j], trap);
  }
  for (let i = 0; i < names.length; i++) define(world, names[i], trap);
  for (let i = 0; i < common.length; i++) define(holders[holders.length - 1].prototype, common[i], trap);
`;
