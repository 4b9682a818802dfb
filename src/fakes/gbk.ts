/** GBK, which Node reads and does not write. */

let table: Map<string, number> | null = null;

function tableOf(): Map<string, number> {
  if (table !== null) return table;
  const decoder = new TextDecoder("gbk");
  table = new Map();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail === 0x7f) continue;
      const text = decoder.decode(Uint8Array.of(lead, trail));
      if (text.length === 1 && text !== "\uFFFD" && !table.has(text)) table.set(text, (lead << 8) | trail);
    }
  }
  return table;
}

/** Bytes of a text; what GBK lacks becomes a question mark. */
export function encodeGbk(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (code < 0x80) bytes.push(code);
    else {
      const pair = tableOf().get(character) ?? 0x3f;
      if (pair > 0xff) bytes.push(pair >> 8, pair & 0xff);
      else bytes.push(pair);
    }
  }
  return Uint8Array.from(bytes);
}
