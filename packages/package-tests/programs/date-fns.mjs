import {
  addMonths,
  differenceInBusinessDays,
  eachWeekOfInterval,
  format,
  formatDistance,
  formatISO,
  parse,
} from "date-fns";
import { de } from "date-fns/locale";

const start = new Date(Date.UTC(2024, 0, 31));
console.log(formatISO(addMonths(start, 1)));
console.log(format(start, "EEEE, d. MMMM yyyy", { locale: de }));
console.log(differenceInBusinessDays(new Date(Date.UTC(2024, 2, 1)), start));
console.log(formatDistance(start, addMonths(start, 7), { addSuffix: true }));
console.log(eachWeekOfInterval({ start, end: addMonths(start, 1) }).length);
console.log(parse("2024-02-30", "yyyy-MM-dd", start).getTime());
