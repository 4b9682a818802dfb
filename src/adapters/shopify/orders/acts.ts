/** Acts on orders: memo, cancellation, refund. */
import { z } from "zod";
import {
  type ActCapability,
  type ActOutcome,
  absent,
  type CancelOrderInput,
  type OrderCapability,
  type SetMemoInput,
} from "../../../core/adapter.ts";
import { isFields, type Tree } from "../../../core/tree.ts";
import { type Client, done, refusable, refuse, type Shop } from "../client.ts";
import { CANCEL_REASONS } from "../codes.ts";
import { DOCS } from "../config.ts";
import { nodesIn, piecesIn, read } from "../schemas.ts";
import { readOrder } from "./read.ts";
import { createRefundAct } from "./refund.ts";
import { FLAG } from "./to-order.ts";

const MEMO = `mutation SellerMemo($input: OrderInput!) {
  orderUpdate(input: $input) { order { id note } userErrors { field message } }
}`;
const TAG = `mutation OrderTag($id: ID!, $tags: [String!]!) {
  tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } }
}`;
const UNTAG = `mutation OrderUntag($id: ID!, $tags: [String!]!) {
  tagsRemove(id: $id, tags: $tags) { node { id } userErrors { field message } }
}`;
const TAGS = "query OrderTags($id: ID!) { order(id: $id) { id tags } }";
const JOB = "query CancelJob($id: ID!) { job(id: $id) { id done } }";
const CANCEL = `mutation OrderStop($id: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $rm: OrderCancelRefundMethodInput, $note: String) {
  orderCancel(orderId: $id, reason: $reason, restock: $restock, refundMethod: $rm, staffNote: $note) {
    job { id done } orderCancelUserErrors { code field message }
  }
}`;
/** Cancelling goes on after the answer. */
const CANCEL_AGAIN_MS = 5_000;
const ASKED = "asked";
/** How often is looked for a job that the platform does not tell of: twenty minutes. */
const JOB_LOOKS = 240;
/** How often is looked, after an answer that was lost, before it is asked for once more. */
const LOOKS = 12;

/** The next look for what a lost answer may have done; null where there is none left. */
function lookAgain(progress: string | null): ActOutcome | null {
  const looks = Number(/^lost (\d+)$/.exec(progress ?? "")?.[1] ?? LOOKS);
  return looks < LOOKS ? { outcome: "step", progress: `lost ${looks + 1}`, againMs: CANCEL_AGAIN_MS } : null;
}

interface Asked {
  looks: number;
  job: string | null;
}

/** That it was asked for: by which job of the platform's, and how often was looked since. */
function askedIn(progress: string | null): Asked | null {
  const [word, looks = "0", job = null] = (progress ?? "").split(" ");
  return word === ASKED ? { looks: Number(looks), job } : null;
}

const askAgain = ({ looks, job }: Asked): ActOutcome => ({
  outcome: "step",
  progress: [ASKED, looks + 1, ...(job === null ? [] : [job])].join(" "),
  againMs: CANCEL_AGAIN_MS,
});

/** Whether the job has come to its end, or nobody knows of it any more. */
async function isOver(shop: Shop, { job: id, looks }: Asked): Promise<boolean> {
  const call = { operation: "orders.cancel.job", document: JOB, variables: { id } };
  const { job } = id === null ? { job: null } : await shop.ask(call);
  return isFields(job) ? job.done === true : looks >= JOB_LOOKS;
}

const EXTERNAL_ID = z.string().min(1);

export function createOrderActs(client: Client): OrderCapability["acts"] {
  return {
    set_memo: setMemo(client),
    acknowledge: absent("an order is the shop's own from the start; there is nobody to acknowledge it to", DOCS),
    cancel: cancel(client),
    refund: createRefundAct(client),
  };
}

/** The note is replaced. A flag takes the place of another one; tags that are none of ours stay, and no flag leaves all as they are. */
const setMemo = (client: Client): ActCapability<SetMemoInput> => ({
  input: z.object({ orderExternalId: EXTERNAL_ID, text: z.string().max(5000), flag: z.string().nullable() }),
  idempotent: true,
  perform: (store, { input: { orderExternalId: id, text, flag } }, signal) =>
    refusable(async () => {
      const shop = client.at(store, signal);
      await shop.set({ operation: "orders.set_memo", document: MEMO, variables: { input: { id, note: text } } });
      if (flag) await setFlag(shop, id, `${FLAG}${flag}`);
      return done(id, "orders");
    }),
});

async function setFlag(shop: Shop, id: string, flag: string): Promise<void> {
  const { order } = await shop.ask({ operation: "orders.tags", document: TAGS, variables: { id } });
  const tags = isFields(order) && Array.isArray(order.tags) ? order.tags.map(String) : [];
  const others = tags.filter((tag) => tag.startsWith(FLAG) && tag !== flag);
  if (!tags.includes(flag)) await shop.set({ operation: "orders.tag", document: TAG, variables: { id, tags: [flag] } });
  if (others.length > 0)
    await shop.set({ operation: "orders.untag", document: UNTAG, variables: { id, tags: others } });
}

const cancel = (client: Client): ActCapability<CancelOrderInput> => ({
  input: z.object({
    orderExternalId: EXTERNAL_ID,
    reason: z.string().nullable(),
    lines: z.array(z.object({ orderLineExternalId: EXTERNAL_ID, quantity: z.int().positive() })),
    restock: z.boolean(),
  }),
  // Cancelling twice before the first has come through gives the money back twice.
  idempotent: false,
  perform: (store, { input, progress }, signal) =>
    refusable(async () => {
      const operation = "orders.cancel";
      const { orderExternalId: id, reason, lines, restock } = input;
      const shop = client.at(store, signal);
      const asked = askedIn(progress);
      // The job first: an order that is read after its end shows what came of it.
      const isEnded = asked !== null && (await isOver(shop, asked));
      const order = await readOrder(shop, id);
      if (!order) return refuse("not_found", operation, `order ${id} does not exist`);
      if (order.text("cancelledAt") !== null) return done(id, "orders");
      const isWhole = (line: Tree) =>
        lines.some(
          (each) => each.orderLineExternalId === line.need("id") && each.quantity >= piecesIn(line, "quantity"),
        );
      if (lines.length > 0 && !nodesIn(order, "lineItems").every(isWhole))
        return refuse(
          "invalid_request",
          operation,
          "an order is cancelled whole: take lines off by a refund or an edit",
        );
      if (isEnded) return refuse("conflict", operation, "the platform did not cancel it: look there, it may have left");
      if (asked) return askAgain(asked);
      const waiting = lookAgain(progress);
      if (waiting) return waiting;
      const known = CANCEL_REASONS.find((each) => each === reason?.toUpperCase());
      const variables = {
        id,
        reason: known ?? "OTHER",
        restock,
        rm: { originalPaymentMethodsRefund: true },
        note: known ? null : reason,
      };
      const data = await shop.write({ operation, document: CANCEL, variables });
      return askAgain({ looks: 0, job: read(data.orderCancel ?? {}).text("job/id") });
    }),
  async findEffect(store, { input: { orderExternalId: id }, progress }, signal) {
    const order = await readOrder(client.at(store, signal), id);
    return order && order.text("cancelledAt") !== null ? done(id, "orders") : lookAgain(progress ?? "lost 0");
  },
});
