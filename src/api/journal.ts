/** A store's month as a double-entry journal. */
import { z } from "zod";
import { writeJournal } from "../core/finance/journal.ts";
import { define } from "./define.ts";
import { answerFile } from "./export-stream.ts";
import { monthInput } from "./schemas/profit.ts";
import { visibleStore } from "./store-access.ts";
import { trustedBooks } from "./trusted-books.ts";
import type { Api } from "./types.ts";

const journalQuery = z.strictObject({
  store: z.uuid(),
  month: monthInput,
  opening: z.stringbool().default(true).meta({
    description: "False where it is read together with the journal of the month before.",
  }),
});

export function defineJournal(api: Api): void {
  define(
    api,
    "GET /v1/exports/journal",
    {
      summary: "A store's month as a double-entry journal for hledger",
      description:
        "One transaction for each entry that counts, one commodity for each currency, balance assertions where the platform states a " +
        "sum or a payout and the statement adds up. The same entries give the same bytes.",
      query: journalQuery,
      answerType: "text/plain",
    },
    async ({ c, who, query }) => {
      const { id } = await visibleStore(api.engine, who, query.store);
      const request = { storeId: id, month: `${query.month}-01`, opening: query.opening };
      const file = { name: `${query.month}.journal`, type: "text/plain; charset=utf-8", headers: {} };
      return answerFile(c, api.engine, file, writeJournal(api.engine.db, trustedBooks(api), request));
    },
  );
}
