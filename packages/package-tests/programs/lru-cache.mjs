import { LRUCache } from "lru-cache";

const evicted = [];
const cache = new LRUCache({ max: 2, dispose: (value, key, reason) => evicted.push([key, value, reason]) });
cache.set("a", 1).set("b", 2);
cache.get("a");
cache.set("c", 3).set("a", 4);
console.log([...cache.entries()], evicted);
const fetching = new LRUCache({ max: 5, fetchMethod: async (key) => key.length });
console.log(await fetching.fetch("four"), fetching.has("four"), fetching.calculatedSize);
