/** Returns of the programmes for external fulfilment (SmartConnect, seller flex), which are by invitation. */
import { z } from "zod";
import type { ListInput, Page, RawDocument } from "../../../core/adapter.ts";
import { look } from "../../../core/model/look.ts";
import { type Dispute, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_DISPUTE } from "../../../core/model/unsaid.ts";
import type { DisputeStatus } from "../../../core/model/vocabulary.ts";
import { orNull } from "../../../core/outcomes.ts";
import { type Fields, isFields, recordsOf, type Tree } from "../../../core/tree.ts";
import { parseCursor, type Shop, segment } from "../client/index.ts";
import { EXTERNAL_RETURN, TURN } from "../codes.ts";
import { settingsOf } from "../config.ts";
import { PAGE } from "../limits.ts";
import { documentOf, piecesIn, read } from "../schemas.ts";

export const EXTERNAL_FORM = "external_return@2024-09-11";
export const PREFIX = "external:";
const PATH = "/externalFulfillment/2024-09-11/returns";
const POSITION = z.object({ token: z.string().min(1) });

/** By when they were made: by change the list wants a location and a state named. */
export async function listExternal(shop: Shop, input: ListInput): Promise<Page> {
  const operation = "returns.external.list";
  const page: Page = { documents: [], references: [], next: null };
  const token = input.cursor === null ? undefined : parseCursor(POSITION, input.cursor, operation).token;
  if (!settingsOf(shop.store.settings).external_returns) return page;
  const query = {
    createdSince: input.since.toISOString(),
    createdUntil: input.until.toISOString(),
    maxResults: Math.max(1, Math.min(input.limit, PAGE.externalReturns)),
    nextToken: token,
  };
  const body = await shop.send({ operation, plan: "external_returns", path: PATH, query });
  const next = read(body).text("nextToken");
  return {
    ...page,
    documents: recordsOf(body.returns).map(toExternalDocument),
    next: next && JSON.stringify({ token: next }),
  };
}

export async function getExternal(shop: Shop, externalId: string): Promise<RawDocument | null> {
  const path = `${PATH}/${segment(externalId.slice(PREFIX.length))}`;
  const endpoint = { operation: "returns.external.get", plan: "external_returns", path } as const;
  const body = await orNull(() => shop.send(endpoint));
  return body && isExternal(body) ? toExternalDocument(body) : null;
}

export const isExternal = ({ id, status, returnType, returnMetadata }: Fields): boolean =>
  typeof id === "string" && typeof status === "string" && typeof returnType === "string" && isFields(returnMetadata);

export const toExternalDocument = (row: Fields): RawDocument =>
  documentOf(`${PREFIX}${read(row).text("id") ?? ""}`, EXTERNAL_FORM, row);

export function externalToUnified(raw: RawDocument): Unified {
  const row = read(raw.payload);
  const warnings: Warning[] = [];
  const [externalStatus, subtype] = [row.need("status"), row.text("returnSubType")];
  const isExchange = subtype === "REPLACEMENT" || subtype === "EXCHANGE";
  const told = look(EXTERNAL_RETURN, "state of a return", externalStatus, "unknown" as const, warnings);
  const ended: DisputeStatus = isExchange ? "resolved_replaced" : "resolved_refunded";
  const status: DisputeStatus = told === "done" ? ended : told;
  const openedAt = row.time("creationDateTime", "lastUpdatedDateTime");
  if (openedAt === null) throw new TypeError("creationDateTime is missing");
  const dispute: Dispute = {
    ...UNSAID_DISPUTE,
    externalId: `${PREFIX}${row.need("id")}`,
    orderExternalId: row.text("marketplaceChannelDetails/customerOrderId"),
    system: "external_returns",
    kind: isExchange ? "exchange" : "return_refund",
    externalKind: [row.text("returnType"), subtype].filter((word) => word !== null).join("/"),
    status,
    externalStatus,
    externalReason: row.text("returnMetadata/returnReason"),
    amount: null,
    turn: TURN[status] ?? null,
    openedAt,
    lines: [
      { orderLineExternalId: null, variantExternalId: null, quantity: piecesIn(row, "numberOfUnits"), amount: null },
    ],
    events: [],
    returnTracking: trackingIn(row),
    warnings,
  };
  return unified({ disputes: [dispute] });
}

function trackingIn(row: Tree): Dispute["returnTracking"] {
  const [carrier, number] = ["carrierName", "trackingId"].map(
    (name) => row.text(`returnShippingInfo/reverseTrackingInfo/${name}`) ?? null,
  );
  return carrier || number ? { carrier: carrier ?? null, number: number ?? null } : null;
}
