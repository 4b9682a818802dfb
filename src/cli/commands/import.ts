/** `import`: documents of files into the database, through map and ingest. */

import { InputError } from "../../core/errors.ts";
import type { Resource } from "../../core/model/vocabulary.ts";
import { readInput, resource } from "../arguments.ts";
import { type Backend, withBackend } from "../backend.ts";
import type { Cli, Define } from "../cli.ts";
import { findStore } from "../store-reference.ts";
import type { ImportView } from "../views.ts";

interface File {
  name: string;
  bytes: Uint8Array;
}

/** What all files together gave, and what did not come in from which of them. */
interface Totals extends Omit<ImportView, "rejected"> {
  rejected: { file: string; external_id: string | null; reason: string }[];
  failed: { file: string; reason: string }[];
}

/** The server's words about a file's content; any other failure would meet the next file too. */
const FILE_CODES = new Set(["unreadable_file", "unreadable_rows", "body_too_large"]);

export const define: Define = (program, cli) => {
  program
    .command("import")
    .description("save documents of files as if they had been read; what does not map is set aside")
    .argument("<store>", "id or name")
    .argument("<resource>", "orders, listings, shipments, disputes or settlements", resource)
    .argument("<file...>", "files of documents or recorded answers, or with a document a line; - reads standard input")
    .action(async (reference: string, name: Resource, names: string[]) => {
      // All files are fetched from the disk before anything is saved: a name typed wrongly leaves nothing half done. A
      // file whose content cannot be read is left out, and the others are saved.
      const files = await Promise.all(names.map(async (file) => ({ name: file, bytes: await readInput(cli, file) })));
      await withBackend(cli, async (backend) => {
        const store = await findStore(backend, reference);
        const totals: Totals = { read: 0, created: 0, changed: 0, unchanged: 0, rejected: [], failed: [] };
        let saved = 0;
        try {
          for (const [index, file] of files.entries()) {
            if (files.length > 1) cli.output.progress(`${index + 1} of ${files.length}: ${file.name}`);
            if (await importOne(cli, backend, { storeId: store.id, resource: name, file, totals })) saved++;
          }
        } finally {
          cli.output.progressEnd();
          // What was saved is said, also where a failure ends the rest.
          if (saved > 0) cli.output.result(totals, () => sentence(totals));
        }
        if (saved === 0) cli.exitCode = 1;
        else if (totals.rejected.length + totals.failed.length > 0) cli.exitCode = 3;
      });
    });
};

function sentence({ read, created, changed, unchanged, rejected, failed }: Totals): string {
  const left = failed.length === 0 ? "" : `, files left out ${failed.length}`;
  return `read ${read}, new ${created}, changed ${changed}, unchanged ${unchanged}, set aside ${rejected.length}${left}`;
}

/** Adds what a file gave to the totals; false where its content cannot be read. */
async function importOne(
  cli: Cli,
  backend: Backend,
  { storeId, resource, file, totals }: { storeId: string; resource: Resource; file: File; totals: Totals },
): Promise<boolean> {
  try {
    const view = await backend.importFile(storeId, resource, file.bytes);
    for (const count of ["read", "created", "changed", "unchanged"] as const) totals[count] += view[count];
    for (const { external_id: id, reason } of view.rejected) {
      totals.rejected.push({ file: file.name, external_id: id, reason });
      if (!cli.output.json)
        cli.output.note(`${file.name}: ${id === null ? "" : `${resource} ${id} `}set aside: ${reason}`);
    }
    return true;
  } catch (error) {
    if (!(error instanceof InputError) || !FILE_CODES.has(error.code)) throw error;
    const { code, message } = error;
    totals.failed.push({ file: file.name, reason: message });
    cli.output.problem({ file: file.name, error: { code, message } }, () => `${file.name}: ${message}`);
    return false;
  }
}
