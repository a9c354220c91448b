setTimeout(() => {
  throw new RangeError("late");
}, 5);
