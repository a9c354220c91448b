import { firstValueFrom, from, interval, lastValueFrom, of, throwError } from "rxjs";
import { catchError, concatMap, delay, filter, map, reduce, retry, take, toArray } from "rxjs/operators";

const sums = from([1, 2, 3, 4, 5]).pipe(
  filter((n) => n % 2 === 1),
  map((n) => n * n),
  reduce((a, b) => a + b, 0),
);
console.log(await lastValueFrom(sums));
console.log(
  await lastValueFrom(
    interval(1).pipe(
      take(3),
      concatMap((n) => of(n * 10).pipe(delay(1))),
      toArray(),
    ),
  ),
);
let attempts = 0;
const failing = from([0]).pipe(
  concatMap(() => (++attempts < 3 ? throwError(() => new Error("not yet")) : of("done"))),
  retry(5),
  catchError(() => of("never")),
);
console.log(await firstValueFrom(failing), attempts);
