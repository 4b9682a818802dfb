/** Campaigns: stock set apart for a time and a place. */
import { z } from "zod";
import { type CampaignView, listCampaigns } from "../core/db/campaign-list.ts";
import { toDate } from "../core/db/database.ts";
import { findCodes } from "../core/db/skus.ts";
import { InputError } from "../core/errors.ts";
import { type CampaignInput, cancelCampaign, setCampaigns } from "../core/stock/campaigns.ts";
import { isConfirmed, orKeep } from "./approvals.ts";
import { type CsvForm, writeCsv } from "./csv.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { confirmQuery } from "./schemas/allocation.ts";
import {
  type CampaignBody,
  campaignLine,
  campaignQuery,
  campaignRowsSchema,
  campaignSchema,
  campaignsInput,
} from "./schemas/campaigns.ts";
import { idParams, page } from "./schemas/common.ts";
import { csvAnswerSchema } from "./schemas/csv.ts";
import { refuseShared } from "./shared-skus.ts";
import { seenStore } from "./store-access.ts";
import type { Api, Principal } from "./types.ts";

const LIST: CursorForm = { list: "campaigns", kinds: ["uuid"] };

export function defineCampaigns(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/campaigns",
    { summary: "Campaigns with what they hold and sold", query: campaignQuery, answer: page(campaignSchema) },
    async ({ c, who, query }) => {
      const filter = { stores: who.stores, ...seenStore(who.stores, query.store), state: query.state, sku: query.sku };
      return answerPage(c, LIST, await listCampaigns(engine.db, filter, pageOf(LIST, query)), renderCampaign);
    },
  );
  define(
    api,
    "PUT /v1/campaigns",
    {
      summary: "Sets campaigns",
      description:
        "One of your own by store and code, whole; or, by id, what you commit to one that a platform announced. Its units are " +
        "taken out of what all other offers show; the offers at its place show them. What is sold within it draws on them " +
        "first; what is left goes back at its end by itself. Answers for each. Campaigns that would set too many live offers " +
        "to zero wait for approval (409 `too_many_zeroes`) unless `confirm=true`.",
      query: confirmQuery,
      body: campaignsInput,
      csv: {
        columns:
          "store_id, code, title, starts_at, ends_at, sku, quantity, [place], [hold_from], [release_at]; an item a line, the items of a campaign together",
        handle: async ({ c, who, query }) => {
          const answer = await writeCsv(
            api,
            who,
            c.req.raw.body,
            campaignForm(api, who, isConfirmed(who, query.confirm)),
          );
          engine.wake();
          return json(c, answer);
        },
      },
      answer: z.union([campaignRowsSchema, csvAnswerSchema]),
    },
    async ({ c, who, query, body }) => {
      const items = body.campaigns.flatMap((one) => one.items ?? []);
      const codes = await findCodes(
        engine.db,
        items.flatMap((item) => item.variant_id ?? []),
      );
      await refuseShared(engine, who, [...items.flatMap((item) => item.sku ?? []), ...codes]);
      const input = {
        campaigns: body.campaigns.map(readCampaign),
        stores: who.stores,
        actor: who.actor,
        confirmed: isConfirmed(who, query.confirm),
      };
      const { campaigns, stores } = input;
      const kept = { kind: "campaigns" as const, request: { campaigns, stores }, rows: campaigns.length };
      const rows = await orKeep(api, who, kept, () => setCampaigns(engine.db, input, engine.clock.now()));
      engine.wake();
      return json(c, { data: rows.map(({ id, outcome, error }) => ({ id, outcome, ...(error ? { error } : {}) })) });
    },
  );
  define(
    api,
    "DELETE /v1/campaigns/{id}",
    {
      summary: "Ends a campaign of your own now",
      description: "What it holds goes back at once; it stays in the list as cancelled.",
      params: idParams,
      status: 204,
    },
    async ({ c, who, params }) => {
      const input = { id: params.id, stores: who.stores, actor: who.actor };
      const outcome = await cancelCampaign(engine.db, input, engine.clock.now());
      if (outcome === null) throw notFound("campaign");
      if (outcome === "announced")
        throw new InputError(
          "announced_by_platform",
          "The platform announced this campaign: commit nothing to it instead (`items: []`).",
          { status: 409 },
        );
      engine.wake();
      return c.body(null, 204);
    },
  );
}

function readCampaign(body: CampaignBody): CampaignInput {
  const items = body.items?.map(({ variant_id, sku, quantity }) => ({
    variant: variant_id ?? null,
    code: sku ?? null,
    quantity,
  }));
  const terms = { holdFrom: body.hold_from ?? null, releaseAt: body.release_at ?? null, items: items ?? null };
  if ("id" in body) return { ...terms, id: body.id };
  return {
    ...terms,
    storeId: body.store_id,
    code: body.code,
    title: body.title,
    place: body.place ?? null,
    startsAt: body.starts_at,
    endsAt: body.ends_at,
  };
}

function renderCampaign(row: CampaignView) {
  const holds = row.state === "holding" || row.state === "ended";
  const items = row.items.map(({ name, variant_id, sku, quantity, sold, released }) => ({
    name,
    variant_id,
    sku,
    quantity,
    held: holds && sku !== null ? Math.max(0, quantity - sold) : 0,
    sold,
    released,
  }));
  const sum = (of: (item: (typeof items)[number]) => number) => items.reduce((total, item) => total + of(item), 0);
  return {
    id: row.id,
    store_id: row.store_id,
    external_id: row.external_id,
    code: row.code,
    title: row.title,
    place: row.place,
    starts_at: toDate(row.starts_at),
    ends_at: toDate(row.ends_at),
    hold_from: toDate(row.hold_from),
    release_at: toDate(row.release_at),
    state: row.state,
    external_status: row.external_status,
    held: sum((item) => item.held),
    sold: sum((item) => item.sold),
    released: sum((item) => item.released ?? 0),
    items,
    updated_at: toDate(row.updated_at),
  };
}

type ItemLine = z.output<typeof campaignLine>;

/** An item a line; its campaign's terms are those of the first line of it. */
const campaignForm = ({ engine }: Api, who: Principal, confirmed: boolean): CsvForm<ItemLine> => {
  const seen = new Set<string>();
  return {
    columns: {
      store_id: { required: true },
      code: { required: true },
      title: { required: true },
      starts_at: { required: true },
      ends_at: { required: true },
      sku: { required: true },
      quantity: { required: true, number: true },
      place: {},
      hold_from: {},
      release_at: {},
    },
    row: campaignLine,
    together: keyOf,
    part: 500,
    write: async (rows, onSale) => {
      await refuseShared(
        engine,
        who,
        rows.map((row) => row.sku),
      );
      const fresh = rows.filter((row) => !seen.has(keyOf(row)));
      const input = { campaigns: toCampaigns(fresh), stores: who.stores, actor: who.actor, confirmed, onSale };
      const outcomes = await setCampaigns(engine.db, input, engine.clock.now());
      const index = new Map([...new Set(fresh.map(keyOf))].map((key, i) => [key, i]));
      for (const key of index.keys()) seen.add(key);
      return rows.map((row) => outcomes[index.get(keyOf(row)) ?? -1] ?? APART);
    },
    keep: (rows) => ({ kind: "campaigns", request: { campaigns: toCampaigns(rows), stores: who.stores } }),
  };
};

/** What a file has read of a campaign was written: a later line cannot add to it. */
const APART = {
  outcome: "rejected",
  error: { code: "items_apart", detail: "The items of a campaign must stand together in the file." },
};

const keyOf = (row: ItemLine) => `${row.store_id}/${row.code}`;

function toCampaigns(rows: readonly ItemLine[]): CampaignInput[] {
  const campaigns = new Map<string, ItemLine[]>();
  for (const row of rows) campaigns.set(keyOf(row), [...(campaigns.get(keyOf(row)) ?? []), row]);
  return [...campaigns.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const { sku: _, quantity: __, ...terms } = first;
    return [readCampaign({ ...terms, items: [first, ...others].map(({ sku, quantity }) => ({ sku, quantity })) })];
  });
}
