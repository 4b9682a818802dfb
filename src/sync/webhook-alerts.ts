/** What people are told of webhook endpoints, and what to do. */
import { raiseAlert, settleAlert } from "../core/db/alerts.ts";
import type { Database } from "../core/db/database.ts";
import { type EndpointRow, listEndpointsBehind } from "../core/db/webhook-endpoints.ts";

const SUBJECT = "webhook_endpoint";

/** Attempts in a row after which somebody is told; the fourth fails more than half an hour after the first. */
const TOLD_AFTER = 4;

type Named = Pick<EndpointRow, "id" | "url" | "description">;

/** Without path and query: with some receivers they are the right to send. */
function nameOf({ url, description }: Named): string {
  const { host } = new URL(url);
  return description ? `"${description}" (${host})` : `at ${host}`;
}

export async function tellFailing(db: Database, row: Named, attempts: number, error: string, at: Date): Promise<void> {
  if (attempts < TOLD_AFTER) return;
  await raise(db, row, at, {
    code: "webhook_endpoint_failing",
    severity: "warning",
    message: `The webhook endpoint ${nameOf(row)} does not take what it is sent: ${error}.`,
    remedy:
      "Mend the receiver; nothing is lost, it goes on by itself. After three days of failing the endpoint is disabled. " +
      `GET /v1/webhook-endpoints/${row.id}/deliveries shows every attempt.`,
  });
}

export async function tellDisabled(
  db: Database,
  row: Named,
  why: "gone" | "failing",
  error: string,
  at: Date,
): Promise<void> {
  const reason =
    why === "gone" ? "its receiver answers that it is gone for good (410)" : `it failed for three days: ${error}`;
  await settle(db, row.id, "webhook_endpoint_failing", at);
  await raise(db, row, at, {
    code: "webhook_endpoint_disabled",
    severity: "critical",
    message: `The webhook endpoint ${nameOf(row)} was disabled: ${reason}.`,
    remedy:
      `Mend the receiver, try it with POST /v1/webhook-endpoints/${row.id}/test, then enable it: ` +
      `PATCH /v1/webhook-endpoints/${row.id} {"enabled": true}. It goes on from where it stopped; within 30 days nothing is lost.`,
  });
}

/** Changes up to `until` are no longer kept, and the endpoint was not sent those after `after`. */
export async function tellLost(
  db: Database,
  row: Named,
  lost: { after: number; until: number },
  at: Date,
): Promise<void> {
  await raise(db, row, at, {
    code: "webhook_changes_lost",
    severity: "critical",
    message:
      `The webhook endpoint ${nameOf(row)} was behind for so long that changes at the positions ${lost.after + 1} to ${lost.until} ` +
      "are no longer kept; it was not sent them.",
    remedy:
      "Let its receiver copy the lists that it keeps once more (GET /v1/orders and the others), then go on from their feed_position: " +
      `POST /v1/webhook-endpoints/${row.id}/replay {"after": …}. Delete the endpoint where nobody needs it.`,
  });
}

/** Tells of every endpoint that has not been sent what was just dropped from the feed. */
export async function tellAllLost(db: Database, pruned: number, at: Date): Promise<void> {
  for (const row of await listEndpointsBehind(db, pruned))
    await tellLost(db, row, { after: row.position, until: pruned }, at);
}

/** It takes what it is sent, or was told where to go on. */
export async function settleEndpoint(db: Database, id: string, at: Date, codes: readonly AlertCode[]): Promise<void> {
  for (const code of codes) await settle(db, id, code, at);
}

export type AlertCode = "webhook_endpoint_failing" | "webhook_endpoint_disabled" | "webhook_changes_lost";

interface Told {
  code: AlertCode;
  severity: "warning" | "critical";
  message: string;
  remedy: string;
}

const raise = (db: Database, row: Named, at: Date, told: Told) =>
  raiseAlert(db, { ...told, storeId: null, subject: SUBJECT, subjectId: row.id }, at);

const settle = (db: Database, id: string, code: AlertCode, at: Date) =>
  settleAlert(db, { code, subject: SUBJECT, subjectId: id }, at);
