/** Cases that buyers open, named with their order, and the answers to them. https://docs.platform.example/cases */
import { z } from "zod";
import {
  type ActCapability,
  absent,
  type DisputeActInput,
  type DisputeCapability,
  type RawDocument,
  type Reference,
  type Stream,
} from "../../core/adapter.ts";
import { type Unified, unified, type Warning } from "../../core/model/records.ts";
import { money } from "../../core/money.ts";
import { type Client, documentsInFile, listPage, readMany, windowOf } from "./client.ts";
import { DISPUTE_KIND, DISPUTE_STATUS, look, REASON, WRITER } from "./codes.ts";
import { GET_BATCH } from "./limits.ts";
import { CASE, CASE_ROW, EFFECT } from "./schemas.ts";

const WINDOW = { maxMinutes: 7 * 1440, safetyLagSeconds: 10, overlapSeconds: 120, maxAgeDays: 365, minSeconds: 2 };
const STREAMS: readonly Stream[] = [
  { name: "changed", by: "change", window: WINDOW, everySeconds: 300, backfill: true },
];

export function createDisputes(client: Client): DisputeCapability {
  return {
    streams: STREAMS,
    rereadOpenMinutes: 720,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const endpoint = { operation: "disputes.list", path: "/v1/cases", query: windowOf(input) };
      const { rows, page } = await listPage(client, store, endpoint, input, signal);
      return { ...page, references: rows.map(referenceOf) };
    },
    getMany: (store, keys, signal) =>
      readMany(client, store, { operation: "disputes.get", path: "/v1/cases/get" }, keys, toCaseDocument, signal),
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, toCaseDocument),
    acts: {
      accept: decide(client, "accept"),
      refuse: decide(client, "refuse"),
      message: message(client),
      receive_return: absent(
        "the platform's own warehouse books what comes back",
        "https://docs.platform.example/cases#returns",
      ),
    },
  };
}

/** The platform reads a case by its own id and that of its order. */
function referenceOf(row: unknown): Reference {
  const { id, order_id, version, changed_at } = CASE_ROW.parse(row);
  return { externalId: id, key: { order: order_id }, sourceUpdatedAt: changed_at, sourceVersion: version };
}

function toCaseDocument(payload: unknown): RawDocument {
  return { ...referenceOf(payload), form: "case@1", payload };
}

function toUnified(raw: RawDocument): Unified {
  const document = CASE.parse(raw.payload);
  const warnings: Warning[] = [];
  const { status, turn } = look(DISPUTE_STATUS, "status", document.state, { status: "unknown", turn: null }, warnings);
  return unified({
    disputes: [
      {
        externalId: document.id,
        orderExternalId: document.order_id,
        system: "cases",
        kind: look(DISPUTE_KIND, "kind", document.kind, "unknown", warnings),
        externalKind: document.kind,
        status,
        externalStatus: document.state,
        reason: document.reason === null ? null : (REASON[document.reason] ?? null),
        externalReason: document.reason,
        amount: document.amount === null ? null : money(document.amount, document.currency),
        turn,
        dueAt: document.due_at,
        openedAt: document.opened_at,
        closedAt: document.closed_at,
        lines: [],
        events: document.messages.map((item) => ({
          at: item.at,
          by: look(WRITER, "writer", item.by, null, warnings),
          text: item.text,
        })),
        returnTracking: null,
        lockToken: document.version,
        restockedByPlatform: null,
        warnings,
      },
    ],
  });
}

const INPUT = z.object({
  disputeExternalId: z.string().min(1),
  orderExternalId: z.string().nullable(),
  system: z.string().nullable(),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  lockToken: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  files: z.array(z.object({ name: z.string(), contentType: z.string(), base64: z.string() })),
  returnAddressId: z.string().nullable(),
});

/** Decided on the version that was seen: a case that has changed since is a conflict. */
function decide(client: Client, decision: "accept" | "refuse"): ActCapability<DisputeActInput> {
  return {
    input: INPUT,
    idempotent: true,
    async perform(store, { input }, signal) {
      const externalId = input.disputeExternalId;
      const body = { case_id: externalId, decision, reason: input.reason, version: input.lockToken };
      await client.call(
        store,
        { operation: `disputes.${decision}`, path: "/v1/cases/decide", body, effect: "keyed-write" },
        EFFECT,
        signal,
      );
      return { outcome: "done", reread: [{ resource: "disputes", externalId }] };
    },
  };
}

function message(client: Client): ActCapability<DisputeActInput> {
  return {
    input: INPUT.extend({ message: z.string().min(1) }),
    idempotent: false,
    async perform(store, { input, idempotencyKey }, signal) {
      const externalId = input.disputeExternalId;
      const body = { case_id: externalId, text: input.message, reference: idempotencyKey };
      await client.call(
        store,
        { operation: "disputes.message", path: "/v1/cases/message", body, effect: "write" },
        EFFECT,
        signal,
      );
      return { outcome: "done", reread: [{ resource: "disputes", externalId }] };
    },
    async findEffect(store, { input, idempotencyKey }, signal) {
      const externalId = input.disputeExternalId;
      const body = { ids: [externalId] };
      const { found } = await client.get(store, { operation: "disputes.get", path: "/v1/cases/get", body }, signal);
      const sent = found.flatMap((item) => CASE.parse(item).messages).some((item) => item.reference === idempotencyKey);
      return sent ? { outcome: "done", reread: [{ resource: "disputes", externalId }] } : null;
    },
  };
}
