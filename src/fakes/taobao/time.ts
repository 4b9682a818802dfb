/** The platform's clock: whole seconds inside, `yyyy-MM-dd HH:mm:ss` in GMT+8 on the wire. */

const OFFSET = 8 * 3600;
export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}):(\d{2}))?$/;

/** Seconds as the wire's text. */
export function toText(seconds: number): string {
  return new Date((seconds + OFFSET) * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** The day of an instant in GMT+8, as `yyyy-MM-dd`. */
export function dayOf(seconds: number): string {
  return toText(seconds).slice(0, 10);
}

/** The first second of a day in GMT+8. */
export function startOfDay(seconds: number): number {
  return Math.floor((seconds + OFFSET) / DAY) * DAY - OFFSET;
}

/** Seconds of a text; null when it is none. */
export function parseTime(text: string): number | null {
  const parts = DATE.exec(text);
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const at = Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - OFFSET;
  return toText(at).slice(0, text.length) === text ? at : null;
}
