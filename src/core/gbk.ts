/** GBK, which some platforms speak in both directions. Every runtime reads it; none writes it. */

let table: Map<string, number> | null = null;

/** Characters with two bytes, from the runtime's own decoder; made when it is first asked. */
function tableOf(): Map<string, number> {
  if (table !== null) return table;
  const decoder = new TextDecoder("gbk");
  table = new Map();
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const text = trail === 0x7f ? "" : decoder.decode(Uint8Array.of(lead, trail));
      if (text.length === 1 && text !== "\uFFFD" && !table.has(text)) table.set(text, (lead << 8) | trail);
    }
  return table;
}

/** The first character of a text that GBK does not have (emoji, rare names), or null. */
export function outsideGbk(text: string): string | null {
  for (const character of text) if (character > "\x7f" && !tableOf().has(character)) return character;
  return null;
}

/** Bytes of a text; what GBK does not have becomes a question mark: ask `outsideGbk` before. */
export function encodeGbk(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const pair = character <= "\x7f" ? character.charCodeAt(0) : (tableOf().get(character) ?? 0x3f);
    if (pair > 0xff) bytes.push(pair >> 8);
    bytes.push(pair & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** `name=value` pairs whose values are percent-encoded GBK bytes; `encodeURIComponent` would write UTF-8. */
export function gbkQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${[...encodeGbk(value)].map(percent).join("")}`)
    .join("&");
}

function percent(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9._~*-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

/**
 * Text of a document that is GBK, or UTF-8 because somebody saved it anew. Short Chinese words in GBK can be valid UTF-8 by
 * chance (联通); they then read as letters of other scripts, never as Chinese.
 */
export function textOfGbk(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!/[\u0080-\u2e7f]/.test(text) || /[\u2e80-\u9fff]/.test(text)) return text;
  } catch {
    // GBK then.
  }
  return new TextDecoder("gb18030").decode(bytes);
}
