setImmediate(async () => {
  await null;
  throw new TypeError("rejected");
});
