/** Texts the way PHP and WordPress write and read them. */

/** JSON with escaped slashes and escaped letters outside ASCII, as `json_encode` does by default. */
export function phpJson(value: unknown): string {
  return (
    JSON.stringify(value)
      .replaceAll("/", "\\/")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is everything outside ASCII
      .replace(/[^\x00-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
  );
}

/** Undoes HTML entities as `wp_specialchars_decode` with quotes does; `&amp;` last. */
export function decodeEntities(text: string): string {
  return text
    .replace(/&lt;|&#0*60;|&#x0*3c;/gi, "<")
    .replace(/&gt;|&#0*62;|&#x0*3e;/gi, ">")
    .replace(/&quot;|&#0*34;|&#x0*22;/gi, '"')
    .replace(/&#0*39;|&#x0*27;|&apos;/gi, "'")
    .replace(/&amp;|&#0*38;|&#x0*26;/gi, "&");
}

/** The last part of an address made from a title. */
export function slugOf(title: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return encodeURIComponent(slug).toLowerCase();
}

/** A list in English: "a, b, and c". */
export function englishList(items: readonly string[]): string {
  if (items.length <= 2) return items.join(" and ");
  return `${items.slice(0, -1).join(", ")}, and ${items.at(-1)}`;
}
