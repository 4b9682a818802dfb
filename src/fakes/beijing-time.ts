/** Times of platforms that speak Beijing's: whole seconds inside, `yyyy-MM-dd HH:mm:ss` on the wire. */

const OFFSET = 8 * 3600;
export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

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

/** The first second of a date `yyyy-MM-dd`; null when it is none. */
export function parseDate(text: string): number | null {
  return parseTime(`${text} 00:00:00`);
}
