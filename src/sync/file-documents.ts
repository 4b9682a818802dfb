/** What a file gives: the documents of one JSON text, or of a JSON text on each line. */
import type { MapContext, RawDocument, ReadCapability } from "../core/adapter.ts";
import { explainRejection } from "../core/ingest/mapping.ts";

/** A line that gave no document. */
export interface UnreadLine {
  /** From 1, as editors count. */
  line: number;
  reason: string;
}

export interface FileDocuments {
  documents: RawDocument[];
  unread: UnreadLine[];
}

interface Line {
  number: number;
  text: string;
}

/** The documents of a file. Throws what the adapter says where neither the file as a whole nor any line gives one. */
export function documentsOfFile(capability: ReadCapability, bytes: Uint8Array, context: MapContext): FileDocuments {
  try {
    return { documents: capability.parseFile(bytes, context), unread: [] };
  } catch (error) {
    const lines = jsonLines(bytes);
    if (!lines) throw error;
    return documentsOfLines(capability, lines, context);
  }
}

function documentsOfLines(capability: ReadCapability, lines: readonly Line[], context: MapContext): FileDocuments {
  const readable: Line[] = [];
  const unread: UnreadLine[] = [];
  for (const line of lines) {
    if (isDocument(line.text)) readable.push(line);
    else unread.push({ line: line.number, reason: `line ${line.number} is not JSON` });
  }
  try {
    // As one list, so that a platform may join what stands on several lines. Joined as text: a number of many digits
    // must not pass through a parser of ours.
    const list = encode(`[${readable.map((line) => line.text).join(",")}]`);
    return { documents: capability.parseFile(list, context).map((raw) => placedIn(readable, raw)), unread };
  } catch (error) {
    const alone = documentsLineByLine(capability, readable, context);
    if (alone.documents.length === 0) throw error;
    return { ...alone, unread: [...unread, ...alone.unread].sort((a, b) => a.line - b.line) };
  }
}

/** `via.row` is a place in the list that was made of the lines: people count lines. */
function placedIn(lines: readonly Line[], raw: RawDocument): RawDocument {
  if (raw.via?.row === undefined) return raw;
  const { row, ...via } = raw.via;
  const line = lines[Number.parseInt(row, 10) - 1];
  return line ? { ...raw, via: { ...via, line: String(line.number) } } : raw;
}

function documentsLineByLine(capability: ReadCapability, lines: readonly Line[], context: MapContext): FileDocuments {
  const found: FileDocuments = { documents: [], unread: [] };
  for (const { number, text } of lines) {
    try {
      found.documents.push(...capability.parseFile(encode(text), context));
    } catch (error) {
      found.unread.push({ line: number, reason: `line ${number}: ${explainRejection(error).reason}` });
    }
  }
  return found;
}

const encode = (text: string) => new TextEncoder().encode(text);

/**
 * The lines of a file that has a JSON text on each; null for any other. Its first line may be a broken one: then at least
 * half of them tell. A list that is written over several lines has commas at their ends.
 */
function jsonLines(bytes: Uint8Array): Line[] | null {
  const lines = textOf(bytes)
    .split(/\r?\n/)
    .map((text, index) => ({ number: index + 1, text: text.trim() }))
    .filter((line) => line.text !== "");
  const [first] = lines;
  if (!first || lines.length < 2 || !/^[{[]\s*\S/.test(first.text)) return null;
  const isLines = isDocument(first.text) || 2 * lines.filter((line) => isDocument(line.text)).length >= lines.length;
  return isLines ? lines : null;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return "";
  }
}

function isDocument(text: string): boolean {
  if (!/^[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
