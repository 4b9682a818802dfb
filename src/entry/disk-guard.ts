/**
 * Room on the disk of an embedded database. When its log cannot grow inside a transaction, PGlite neither fails nor
 * returns: it takes the process with it. So statements that write are refused while there is still room to say so.
 */
import { statfsSync } from "node:fs";
import { InputError } from "../core/errors.ts";

/** The log grows by files of 16 MB; a page of orders fits into the rest. */
const NEEDED_BYTES = 64_000_000;
const LOOK_EVERY_MS = 200;
const READS = /^\s*(?:select|show|explain|rollback|commit|begin|set|listen|unlisten|savepoint|release)\b/i;

/** Throws `InputError` for a statement that writes while the folder's disk has no room. */
export function createDiskGuard(folder: string): (statement: string) => void {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let free = Number.POSITIVE_INFINITY;
  return (statement) => {
    if (READS.test(statement)) return;
    if (performance.now() - lookedAt > LOOK_EVERY_MS) {
      const { bavail, bsize } = statfsSync(folder);
      free = bavail * bsize;
      lookedAt = performance.now();
    }
    if (free >= NEEDED_BYTES) return;
    throw new InputError(
      "disk_full",
      `The disk of the data folder ${folder} is full: ${Math.floor(free / 1e6)} MB are left, and the database needs ${NEEDED_BYTES / 1e6} MB to write safely. Nothing was half-written; make room, and work goes on by itself.`,
      { status: 503, cause: Object.assign(new Error("disk full"), { code: "53100" }) },
    );
  };
}
