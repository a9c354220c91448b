// What web storage does with keys, values and properties. The same program runs in Node and in a guest.
const storage = process.env.STORAGE === "session" ? sessionStorage : localStorage;

const { inspect } = require("node:util");
const print = (name, text) => process.stdout.write(`${name}: ${text}\n`);
const show = (name, run) => {
  try {
    print(name, inspect(run()));
  } catch (error) {
    print(name, `${error.name} ${error.code} ${error.message}`);
  }
};

show("sym", () => Object.getOwnPropertySymbols(Storage.prototype));
show("empty", () => [
  storage.length,
  storage.key(0),
  storage.getItem("a"),
  storage.a,
  "a" in storage,
  Object.keys(storage),
]);
show("set", () => storage.setItem("a", 1));
show("get", () => [
  storage.getItem("a"),
  storage.a,
  storage["a"],
  "a" in storage,
  Object.hasOwn(storage, "a"),
  Object.keys(storage),
  storage.length,
  storage.key(0),
  JSON.stringify(storage),
]);
show("prop", () => {
  storage.b = {};
  storage[3] = "three";
  storage[""] = null;
  return [
    Object.keys(storage),
    storage.key(0),
    storage.key(1),
    storage.key(2),
    storage.key(3),
    storage.key(9),
    storage.key(-1),
    storage.key("x"),
    storage.key(1.9),
    storage[3],
    storage[""],
  ];
});
show("desc", () => [
  Object.getOwnPropertyDescriptor(storage, "a"),
  Object.getOwnPropertyDescriptor(storage, "3"),
  Object.getOwnPropertyDescriptor(storage, "no"),
  Object.getOwnPropertyDescriptor(storage, "length"),
]);
show("del", () => [
  delete storage.a,
  storage.a,
  delete storage.nope,
  storage.removeItem("b"),
  storage.removeItem("zz"),
  Object.keys(storage),
]);
show("over", () => {
  storage.getItem = "x";
  return [typeof storage.getItem, Object.keys(storage), storage.getItem];
});
show("len", () => {
  storage.length = 7;
  return [storage.length, Object.keys(storage)];
});
show("getItem of own", () => Storage.prototype.getItem.call(storage, "getItem"));
show("sym prop", () => {
  const s = Symbol("q");
  storage[s] = "v";
  return [storage[s], s in storage, Object.getOwnPropertySymbols(storage).length, delete storage[s], storage[s]];
});
show("define", () => {
  Object.defineProperty(storage, "d", { value: "dv" });
  return [storage.d, Object.getOwnPropertyDescriptor(storage, "d")];
});
show("define get", () => {
  Object.defineProperty(storage, "g", {
    get() {
      return "gv";
    },
  });
  return [storage.g, Object.getOwnPropertyDescriptor(storage, "g")];
});
show("define2", () => {
  Object.defineProperty(storage, "e", { value: "dv", enumerable: false, writable: false });
  return [storage.e, Object.keys(storage)];
});
show("args", () => storage.getItem());
show("args", () => storage.setItem("x"));
show("args", () => storage.removeItem());
show("args", () => storage.key());
show("conv", () => {
  storage.setItem(Symbol("x"), 1);
});
show("conv", () => {
  storage.setItem("x", Symbol("x"));
});
show("conv", () => {
  storage.x = Symbol("x");
});
show("conv", () =>
  storage.setItem(
    {
      toString() {
        throw new RangeError("mine");
      },
    },
    1,
  ),
);
show("un", () => [storage.setItem(undefined, undefined), storage.getItem("undefined"), storage.getItem(undefined)]);
show("brand", () => Storage.prototype.getItem.call({}, "a"));
show("brand", () => Object.getOwnPropertyDescriptor(Storage.prototype, "length").get.call({}));
show("new", () => new Storage());
show("call", () => Storage());
show("clear", () => [storage.clear(), storage.length, Object.keys(storage)]);
show("surr", () => {
  storage["\ud800"] = "\udfff\0x";
  return [
    storage.key(0).charCodeAt(0).toString(16),
    storage.getItem("\ud800").length,
    storage.length,
    escape(storage.getItem("\ud800")),
  ];
});
show("order", () => {
  storage.clear();
  for (const k of ["z", "b", "a", "ä", "B", "10", "9"]) storage[k] = k;
  return [Object.keys(storage), Array.from({ length: storage.length }, (_, i) => storage.key(i))];
});
show("quota", () => {
  storage.clear();
  storage.x = "y".repeat((10 * 1024 * 1024) / 2 - 1);
  storage.y = "";
});
show("q2", () => {
  storage.z = "abc";
});
show("q3", () => storage.setItem("zz", "123"));
show("q4", () => {
  storage.x = "1";
  storage.z = "2";
  return [storage.length, storage.x, storage.z];
});
show("for", () => {
  const k = [];
  for (const x in storage) k.push(x);
  return k;
});
show("reflect", () => [
  Reflect.set(storage, "r", "1"),
  Reflect.has(storage, "r"),
  Reflect.deleteProperty(storage, "r"),
  Reflect.ownKeys(storage),
  Object.isExtensible(storage),
]);
show("glob", () =>
  JSON.stringify(
    [
      Object.getOwnPropertyDescriptor(globalThis, "localStorage"),
      Object.getOwnPropertyDescriptor(globalThis, "Storage"),
    ].map((d) => d && [typeof d.value, typeof d.get, typeof d.set, d.writable, d.enumerable, d.configurable]),
  ),
);

storage.clear();
storage.kept = "π";
