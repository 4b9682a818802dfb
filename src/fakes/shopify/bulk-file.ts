/** Files of bulk runs, packed: a large shop's past is hundreds of megabytes of lines. */
import { deflateRawSync, inflateRawSync } from "node:zlib";

interface Piece {
  from: number;
  to: number;
  packed: Uint8Array;
}

export interface BulkFile {
  readonly pieces: Piece[];
  /** Bytes, rows of any kind, and rows of the list itself. */
  size: number;
  count: number;
  roots: number;
}

export const emptyFile = (): BulkFile => ({ pieces: [], size: 0, count: 0, roots: 0 });

/** Adds lines at the end. */
export function append(file: BulkFile, text: string): void {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length === 0) return;
  file.pieces.push({ from: file.size, to: file.size + bytes.length, packed: deflateRawSync(bytes, { level: 1 }) });
  file.size += bytes.length;
}

/** The bytes from a place to another. */
export function bytesOf(file: BulkFile, from = 0, to = file.size): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, to - from));
  for (const piece of file.pieces) {
    if (piece.to <= from || piece.from >= to) continue;
    const whole = inflateRawSync(piece.packed);
    const [first, last] = [Math.max(from, piece.from), Math.min(to, piece.to)];
    bytes.set(whole.subarray(first - piece.from, last - piece.from), first - from);
  }
  return bytes;
}
