/** Files of a ZIP archive, by its central directory: stored and deflated entries, which is what the bank sends. */
import { inflate } from "../../../core/crypto.ts";

interface ZipEntry {
  name: string;
  bytes(): Uint8Array;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const UTF8_NAME = 0x0800;
const MAX_ENTRY_BYTES = 512 * 1024 * 1024;

/** True for bytes that begin as an archive does. */
export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** Throws for archives that are cut off or use anything else. */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = bytes.byteLength - 22;
  while (at >= 0 && view.getUint32(at, true) !== END) at -= 1;
  if (at < 0) throw new Error("the archive is cut off");
  const count = view.getUint16(at + 10, true);
  let next = view.getUint32(at + 16, true);
  return Array.from({ length: count }, () => {
    if (view.getUint32(next, true) !== CENTRAL) throw new Error("the archive's directory is broken");
    const flags = view.getUint16(next + 8, true);
    const method = view.getUint16(next + 10, true);
    const size = view.getUint32(next + 20, true);
    const nameLength = view.getUint16(next + 28, true);
    const start = view.getUint32(next + 42, true);
    const name = new TextDecoder(flags & UTF8_NAME ? "utf-8" : "gbk").decode(
      bytes.subarray(next + 46, next + 46 + nameLength),
    );
    next += 46 + nameLength + view.getUint16(next + 30, true) + view.getUint16(next + 32, true);
    return { name, bytes: () => contentOf(bytes, view, start, size, method) };
  });
}

function contentOf(bytes: Uint8Array, view: DataView, start: number, size: number, method: number): Uint8Array {
  const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  const data = bytes.subarray(from, from + size);
  if (method === 0) return data;
  if (method !== 8) throw new Error(`the archive uses compression ${method}, which is not known`);
  return inflate(data, MAX_ENTRY_BYTES);
}
