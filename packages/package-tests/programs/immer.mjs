import { enableMapSet, enablePatches, produce, produceWithPatches } from "immer";

enableMapSet();
enablePatches();
const base = { list: [{ done: false }, { done: false }], tags: new Map([["a", 1]]) };
const next = produce(base, (draft) => {
  draft.list[1].done = true;
  draft.tags.set("b", 2);
});
console.log(next, next.list[0] === base.list[0], Object.isFrozen(next.list[1]), base.list[1].done);
const [, patches, inverse] = produceWithPatches({ a: [1, 2] }, (draft) => void draft.a.push(3));
console.log(JSON.stringify(patches), JSON.stringify(inverse));
