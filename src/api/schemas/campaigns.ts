import { z } from "zod";
import { instant, instantInput, instantOrNull, int, listQuery, rowResult, text, textOrNull, uuid } from "./common.ts";

export const CAMPAIGN_STATES = ["planned", "holding", "ended", "released", "cancelled"] as const;

const item = z
  .strictObject({
    variant_id: z.uuid().optional().meta({ description: "One variant of the store." }),
    sku: z.string().trim().min(1).max(200).optional().meta({
      description: "A SKU, or a seller code of the store: all variants of it.",
    }),
    quantity: z.number().int().min(0).max(1_000_000_000),
  })
  .refine((row) => (row.variant_id === undefined) !== (row.sku === undefined), "name `variant_id` or `sku`");

const terms = {
  hold_from: instantInput.optional().meta({
    description:
      "Units are set apart from then on. Default: the start; of an announced campaign, as soon as it is known.",
  }),
  release_at: instantInput.optional().meta({ description: "What is left goes back then. Default: the end." }),
};

const own = z
  .strictObject({
    store_id: z.uuid(),
    code: z.string().trim().min(1).max(200).meta({ description: "Your name for it, one a store." }),
    title: z.string().trim().min(1).max(500),
    place: z.string().trim().min(1).max(200).optional().meta({
      description: "The platform's place that it sells at. Without one it sells by the store's ordinary offers.",
    }),
    starts_at: instantInput,
    ends_at: instantInput,
    ...terms,
    items: z.array(item).min(1).max(2000),
  })
  .meta({ description: "A campaign of your own." });

const announced = z
  .strictObject({
    id: z.uuid(),
    ...terms,
    items: z.array(item).max(2000).nullable().optional().meta({
      description: "What you commit, in place of what the platform announced; null: as announced.",
    }),
  })
  .meta({ description: "Your word on a campaign that a platform announced." });

/** A line of a file: an item with its campaign's terms. */
export const campaignLine = z.strictObject({
  store_id: own.shape.store_id,
  code: own.shape.code,
  title: own.shape.title,
  place: own.shape.place,
  starts_at: own.shape.starts_at,
  ends_at: own.shape.ends_at,
  ...terms,
  sku: z.string().trim().min(1).max(200),
  quantity: z.number().int().min(0).max(1_000_000_000),
});

const campaignInput = z.union([own, announced]);
export type CampaignBody = z.output<typeof campaignInput>;
export const campaignsInput = z.strictObject({ campaigns: z.array(campaignInput).min(1).max(200) });
export const campaignRowsSchema = z.object({ data: z.array(rowResult({ id: uuid.nullable() })) });

export const campaignQuery = listQuery({
  store: z.uuid().optional(),
  state: z.enum(CAMPAIGN_STATES).optional(),
  sku: z.string().max(200).optional(),
});

export const campaignSchema = z
  .object({
    id: uuid,
    store_id: uuid,
    external_id: textOrNull.meta({ description: "The platform's; null: it is your own." }),
    code: textOrNull,
    title: text,
    place: textOrNull,
    starts_at: instant,
    ends_at: instant,
    hold_from: instantOrNull,
    release_at: instantOrNull,
    state: z.enum(CAMPAIGN_STATES).meta({
      description: "ended: over, but the store's last orders are not read yet, so nothing goes back.",
    }),
    external_status: textOrNull,
    held: int.meta({ description: "Units set apart now." }),
    sold: int,
    released: int,
    items: z.array(
      z.object({
        name: text,
        variant_id: uuid.nullable(),
        sku: textOrNull.meta({
          description: "Null: what the item names is mapped to no SKU yet; nothing is held for it.",
        }),
        quantity: int.meta({ description: "Units committed." }),
        held: int,
        sold: int,
        released: int.nullable(),
      }),
    ),
    updated_at: instant,
  })
  .meta({ id: "Campaign" });
