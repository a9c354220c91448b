process.on("exit", () => {
  process.exitCode = 7;
});
