/**
 * Movements of the virtual account, from which the platform takes fees: top-ups, deductions, and what is frozen. Answered
 * to the same apps as the ledger of fees. A movement has no trade.
 */
import { z } from "zod";
import type { ListInput, Page, RawDocument, Store } from "../../../core/adapter.ts";
import { type Unified, unified } from "../../../core/model/records.ts";
import { money, neg } from "../../../core/money.ts";
import { id, instant, text, textOrNull } from "../../../core/wire.ts";
import type { Fields } from "../client/envelope.ts";
import { type Client, toPlatformTime } from "../client/index.ts";
import { parseCursor } from "../client/pages.ts";
import { JOURNAL_KIND } from "../codes.ts";
import { CURRENCY, ZONE } from "../config.ts";
import { PAGE } from "../limits.ts";
import { idIn } from "../schemas/file.ts";
import { recordsOf, yuanOfFen } from "../schemas/helpers.ts";
import { ACCOUNT_FIELDS, namesOf } from "./bills.ts";

export const JOURNAL_FORM = "book_bill@2.0";
const FIELDS = "bid,account_id,journal_type,amount,book_time,description";
const VIRTUAL = "1";
const CURSOR = z.object({ account: z.string(), page: z.int().min(1) });
const FIRST = z.object({ account: z.null(), page: z.literal(1) });

export async function listJournal(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const empty: Page = { documents: [], references: [], next: null };
  const names = namesOf(store);
  const position =
    input.cursor === null ? FIRST.parse({ account: null, page: 1 }) : parseCursor(CURSOR, input.cursor, "journal");
  if (!names) return empty;
  const account_id = position.account ?? (await virtualAccount(client, store, names.accounts, signal));
  if (account_id === null) return empty;
  const answer = await client.call(
    store,
    {
      method: names.journal,
      parameters: {
        fields: FIELDS,
        account_id,
        start_time: toPlatformTime(input.since),
        end_time: toPlatformTime(input.until),
        page_no: position.page,
        page_size: PAGE.bills,
      },
    },
    signal,
  );
  const rows = recordsOf(answer.bills);
  const { has_next } = answer;
  const more = has_next === undefined ? rows.length >= PAGE.bills : has_next === true || has_next === "true";
  return {
    ...empty,
    documents: rows.map(toJournalDocument),
    next: more && rows.length > 0 ? JSON.stringify({ account: account_id, page: position.page + 1 }) : null,
  };
}

async function virtualAccount(
  client: Client,
  store: Store,
  method: string,
  signal: AbortSignal,
): Promise<string | null> {
  const answer = await client.call(store, { method, parameters: { fields: ACCOUNT_FIELDS } }, signal);
  const found = recordsOf(answer.accounts).find((account) => String(account.account_type) === VIRTUAL);
  return found === undefined ? null : idIn(found.account_id);
}

export function toJournalDocument(row: Fields): RawDocument {
  const bid = idIn(row.bid);
  if (bid === null) throw new Error("a movement has no bid");
  return {
    externalId: `journal:${bid}`,
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: JOURNAL_FORM,
    payload: row,
  };
}

const ROW = z.looseObject({
  bid: id(),
  journal_type: text(),
  amount: text(),
  book_time: instant(ZONE),
  description: textOrNull(),
});
const UNKNOWN = { kind: "other", isCost: false, name: "unknown" } as const;

/** A book of its own: what is deducted here stands among the fees too. */
export function journalToUnified(raw: RawDocument): Unified {
  const row = ROW.parse(raw.payload);
  const { kind, isCost, name } = JOURNAL_KIND[row.journal_type] ?? UNKNOWN;
  const amount = money(yuanOfFen(row.amount.replace(/^-/, "")), CURRENCY);
  return unified({
    entries: [
      {
        externalId: `journal:${row.bid}`,
        settlementExternalId: null,
        book: "journal",
        state: "posted",
        kind,
        externalKind: row.journal_type,
        amount: isCost ? neg(amount) : amount,
        postedAt: row.book_time,
        orderExternalId: null,
        orderLineExternalId: null,
        shipmentExternalId: null,
        refundExternalId: null,
        sellerCode: null,
        description: row.description ?? name,
      },
    ],
  });
}
