const dayjs = require("dayjs");
dayjs.extend(require("dayjs/plugin/utc"));
dayjs.extend(require("dayjs/plugin/relativeTime"));
dayjs.extend(require("dayjs/plugin/isoWeek"));

const day = dayjs.utc("2024-02-29T12:00:00Z");
console.log(day.add(1, "year").format("YYYY-MM-DD HH:mm"), day.isoWeek());
console.log(day.from(day.add(3, "hour")), day.diff(dayjs.utc("2000-01-01"), "day"));
console.log(dayjs("nonsense").isValid());
