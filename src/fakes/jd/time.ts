/** The platform's clock: whole seconds inside; `yyyy-MM-dd HH:mm:ss` of Beijing or epoch milliseconds on the wire. */

const OFFSET = 8 * 3600;
export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;
/** The two texts for a time that has not come. */
export const EMPTY_TIMES = ["0001-01-01 00:00:00", "1970-01-01 00:00:00"] as const;

/** Seconds as the wire's text. */
export function toText(seconds: number): string {
  return new Date((seconds + OFFSET) * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** The first second of a day in Beijing. */
export function startOfDay(seconds: number): number {
  return Math.floor((seconds + OFFSET) / DAY) * DAY - OFFSET;
}

/** Seconds of a text; null when it is none. */
export function parseTime(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  const at = Date.parse(`${text.replace(" ", "T")}Z`) / 1000 - OFFSET;
  return Number.isNaN(at) || toText(at) !== text ? null : at;
}

/** The same second of the next month; the month's last day where that has no such day. */
export function monthLater(seconds: number): number {
  const date = new Date((seconds + OFFSET) * 1000);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + 1);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return date.getTime() / 1000 - OFFSET;
}
