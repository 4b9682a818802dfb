/** Characters that no database keeps: NUL, and one half of a character that takes two. */

export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\u0000");

/** The text with U+FFFD in place of each such character. */
export function storable(text: string): string {
  return isStorable(text) ? text : text.toWellFormed().replaceAll("\u0000", "\ufffd");
}
