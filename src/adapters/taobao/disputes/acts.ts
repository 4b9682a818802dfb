/**
 * Answers to refunds and returns. Each reads the refund right before it writes, because the platform refuses a version
 * that is not the newest, and because the state tells what was done already.
 */
import { z } from "zod";
import type {
  ActCapability,
  ActOutcome,
  Credentials,
  DisputeActInput,
  DisputeCapability,
  Store,
} from "../../../core/adapter.ts";
import { fromBase64 } from "../../../core/crypto.ts";
import { AuthExpiredError, isAdapterError } from "../../../core/errors.ts";
import { canonicalDecimal } from "../../../core/money.ts";
import type { Client, Parameters } from "../client/index.ts";
import type { FileParameter } from "../client/multipart.ts";
import { refusable, refuse } from "../client/refusals.ts";
import { sellerType, settingsOf } from "../config.ts";
import { AGREED, type RefundDocument } from "../schemas/dispute.ts";
import { fenOfYuan, gbkLength } from "../schemas/helpers.ts";
import { currentRefund, readMessages } from "./read.ts";

const ID = z.string().min(1);
const FILE = z.object({ name: z.string(), contentType: z.string(), base64: z.string() });

const INPUT = z.object({
  disputeExternalId: ID,
  orderExternalId: z.string().nullable(),
  system: z.string().nullable(),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  lockToken: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  files: z.array(FILE),
  returnAddressId: z.string().nullable(),
  /** The code that the platform sent to the seller's phone. */
  code: z.string().nullable().optional(),
});
type Input = DisputeActInput & { code?: string | null | undefined };

export function createDisputeActs(client: Client): DisputeCapability["acts"] {
  return {
    accept: createAct(client, "disputes.accept", accept),
    refuse: createAct(client, "disputes.refuse", refuseRefund),
    message: createMessageAct(client),
    receive_return: createAct(client, "disputes.receive_return", receiveReturn),
  };
}

interface Given {
  client: Client;
  store: Store;
  input: Input;
  refund: RefundDocument;
  signal: AbortSignal;
}

/** An act on a refund that is still the one that was decided on. */
function createAct(
  client: Client,
  operation: string,
  perform: (given: Given) => Promise<ActOutcome>,
): ActCapability<Input> {
  return {
    input: INPUT,
    // Each looks first at what the refund has become.
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const refund = await currentRefund(client, store, input.disputeExternalId, signal);
        if (!refund) return refuse("not_found", operation, `refund ${input.disputeExternalId} does not exist`);
        return perform({ client, store, input, refund, signal });
      }),
  };
}

const done = (refund: RefundDocument): ActOutcome => ({
  outcome: "done",
  reread: [{ resource: "disputes", externalId: refund.refund_id }],
});

/** Null where the refund is the one that the decision was made on. */
function staleness(operation: string, { input, refund }: Given): ActOutcome | null {
  const { lockToken } = input;
  if (lockToken === null || refund.refund_version === null || lockToken === refund.refund_version) return null;
  return refuse("conflict", operation, "the refund has changed since it was decided on: read it again");
}

const ON_THE_WEB: ActOutcome = {
  outcome: "asks",
  what: "web_page",
  text: "The platform takes this answer only on its own page (seller centre, refunds).",
};

async function accept(given: Given): Promise<ActOutcome> {
  const { refund } = given;
  if (refund.status === "SUCCESS" || (refund.has_good_return && refund.status === "WAIT_BUYER_RETURN_GOODS"))
    return done(refund);
  const stale = staleness("disputes.accept", given);
  if (stale) return stale;
  if (refund.operation_contraint === "refund_onweb" || isExchange(refund)) return ON_THE_WEB;
  if (refund.status === "WAIT_SELLER_CONFIRM_GOODS") return agreeToRefund(given);
  if (refund.status !== "WAIT_SELLER_AGREE")
    return refuse(
      "conflict",
      "disputes.accept",
      `the refund is ${refund.status}: it waits for no answer of the seller`,
    );
  const mustReturn = refund.has_good_return && refund.good_status !== "BUYER_RETURNED_GOODS";
  return mustReturn ? agreeToReturn(given) : agreeToRefund(given);
}

/** The goods are back: the money goes. */
async function receiveReturn(given: Given): Promise<ActOutcome> {
  const { refund } = given;
  if (refund.status === "SUCCESS") return done(refund);
  const stale = staleness("disputes.receive_return", given);
  if (stale) return stale;
  if (refund.status !== "WAIT_SELLER_CONFIRM_GOODS")
    return refuse(
      "conflict",
      "disputes.receive_return",
      `the refund is ${refund.status}: no goods are on their way back`,
    );
  return isExchange(refund) ? ON_THE_WEB : agreeToRefund(given);
}

const isExchange = (refund: RefundDocument) => /EXCHANGE|REPAIR|RESHIPPING/.test(refund.dispute_type ?? "");

/** Tmall names phase and version with every answer; Taobao takes neither. */
function lockOf({ store, refund }: Given): Parameters {
  return sellerType(store) === "B" ? { refund_phase: refund.refund_phase, refund_version: refund.refund_version } : {};
}

async function agreeToReturn(given: Given): Promise<ActOutcome> {
  const { client, store, input, refund, signal } = given;
  const method = "taobao.rp.returngoods.agree";
  if (input.returnAddressId !== null && !/^\d+$/.test(input.returnAddressId))
    return refuse("invalid_request", method, "returnAddressId is a number of the seller's list of addresses");
  const parameters = {
    refund_id: refund.refund_id,
    seller_address_id: input.returnAddressId,
    ...lockOf(given),
    ...(sellerType(store) === "B" ? { remark: input.message } : {}),
  };
  await client.call(store, { method, parameters, effect: "write" }, signal);
  return done(refund);
}

const NEEDS_EMPLOYEE: ActOutcome = {
  outcome: "asks",
  what: "web_page",
  text: "Only an employee's account may agree to refunds: give its session as sub_session, or agree on the platform's page.",
};
const ASKS_CODE = /短信|验证码|手机|sms|verification|check code/i;

/** Money goes back: by an employee's session, Tmall's refunds being marked as reviewed before. */
async function agreeToRefund(given: Given): Promise<ActOutcome> {
  const { client, store, input, signal } = given;
  const method = "taobao.rp.refunds.agree";
  const { values } = await store.credentials();
  if ((values.sub_session ?? "") === "") return NEEDS_EMPLOYEE;
  const asked = given.refund.refund_fee;
  if (asked === null) return refuse("conflict", method, "the refund names no amount");
  if (input.amount !== null && canonicalDecimal(input.amount) !== asked)
    return refuse("invalid_request", method, `the buyer asks for ${asked}: another amount is for the buyer to ask for`);
  const refund = await reviewed(given);
  const isTmall = sellerType(store) === "B";
  const info = [
    refund.refund_id,
    fenOfYuan(asked),
    refund.refund_version ?? "",
    ...(isTmall ? [refund.refund_phase ?? ""] : []),
  ];
  try {
    const answer = await client.call(
      withoutRefresh(store),
      {
        method,
        parameters: { refund_infos: info.join("|"), code: input.code },
        session: "employee",
        effect: "write",
      },
      signal,
    );
    const { results, succ, message } = AGREED.parse(answer);
    const own = results.find((result) => result.refund_id === refund.refund_id);
    if (own?.succ || (own === undefined && succ)) return done(refund);
    return refusedAgreement(method, own?.message ?? message ?? "");
  } catch (error) {
    if (!isAdapterError(error)) throw error;
    // An employee's key that has lapsed says nothing of the seller's.
    if (error.category === "auth_expired") return NEEDS_EMPLOYEE;
    if (ASKS_CODE.test(error.platformMessage ?? "")) return refusedAgreement(method, error.platformMessage ?? "");
    throw error;
  }
}

function refusedAgreement(method: string, message: string): ActOutcome {
  if (ASKS_CODE.test(message))
    return {
      outcome: "asks",
      what: "code",
      text: "The platform has sent a code to the seller's phone: answer again with `code`.",
    };
  return refuse("conflict", method, message || "the platform did not agree to the refund, and does not say why");
}

async function reviewed({ client, store, input, refund, signal }: Given): Promise<RefundDocument> {
  if (sellerType(store) !== "B") return refund;
  await client.call(
    store,
    {
      method: "taobao.rp.refund.review",
      parameters: {
        refund_id: refund.refund_id,
        operator: settingsOf(store.settings).operator,
        refund_phase: refund.refund_phase,
        refund_version: refund.refund_version,
        message: input.message ?? "agreed",
        result: true,
      },
      effect: "keyed-write",
    },
    signal,
  );
  // The review may be a new version.
  return (await currentRefund(client, store, refund.refund_id, signal)) ?? refund;
}

/** A new key of the seller cures nothing that an employee's key lacks. */
function withoutRefresh(store: Store): Store {
  const refresh = (): Promise<Credentials> =>
    Promise.reject(
      new AuthExpiredError({
        platform: "taobao",
        operation: "auth.refresh",
        message: "the employee's session has lapsed",
      }),
    );
  return { ...store, refresh };
}

const PROOF = { refund: 130_000, goods: 5 * 1024 * 1024, message: 500 * 1024 } as const;

async function refuseRefund(given: Given): Promise<ActOutcome> {
  const { client, store, input, refund, signal } = given;
  const operation = "disputes.refuse";
  if (refund.status === "SELLER_REFUSE_BUYER") return done(refund);
  const stale = staleness(operation, given);
  if (stale) return stale;
  if (refund.operation_contraint === "cannot_refuse")
    return refuse("conflict", operation, "the platform lets nobody refuse this refund");
  if (refund.operation_contraint === "refund_onweb") return ON_THE_WEB;
  const { message } = input;
  const isTmall = sellerType(store) === "B";
  const areGoods = isTmall && refund.status === "WAIT_SELLER_CONFIRM_GOODS";
  if (!areGoods && (message === null || message.length < 2 || message.length > 200))
    return refuse("invalid_request", operation, "a refusal needs words: 2 to 200 characters");
  if (input.reason !== null && !/^\d+$/.test(input.reason))
    return refuse("invalid_request", operation, "reason is a number of taobao.refund.refusereason.get");
  const files = picturesOf(input, "refuse_proof", areGoods ? PROOF.goods : PROOF.refund);
  if (typeof files === "string") return refuse("invalid_request", operation, files);
  if (isTmall && files.length === 0)
    return refuse("invalid_request", operation, "Tmall wants a picture with a refusal");
  await client.call(
    store,
    {
      method: areGoods ? "taobao.rp.returngoods.refuse" : "taobao.refund.refuse",
      parameters: {
        refund_id: refund.refund_id,
        ...(areGoods ? {} : { refuse_message: message }),
        ...lockOf(given),
        refuse_reason_id: input.reason,
      },
      files,
      effect: "write",
    },
    signal,
  );
  return done(refund);
}

/** The first picture, or why there is none to be sent. */
function picturesOf(input: Input, name: string, maxBytes: number): FileParameter[] | string {
  const [file] = input.files;
  if (!file) return [];
  if (!/^image\/(?:gif|jpe?g|png)$/.test(file.contentType)) return `${file.name} is no picture (gif, jpg or png)`;
  const bytes = fromBase64(file.base64);
  if (bytes.byteLength > maxBytes) return `${file.name} is larger than ${maxBytes} bytes`;
  return [{ name, fileName: file.name, contentType: file.contentType, bytes }];
}

const MESSAGE_BYTES = 400;

/** A message always carries a picture. It takes no key of ours: the same words of the seller are the same message. */
function createMessageAct(client: Client): ActCapability<Input> {
  const method = "taobao.refund.message.add";
  return {
    input: INPUT.extend({ message: z.string().min(1) }),
    idempotent: false,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const content = input.message ?? "";
        if (gbkLength(content) > MESSAGE_BYTES)
          return refuse("invalid_request", method, `a message holds ${MESSAGE_BYTES} bytes: 200 Chinese characters`);
        const files = picturesOf(input, "image", PROOF.message);
        if (typeof files === "string") return refuse("invalid_request", method, files);
        if (files.length === 0)
          return refuse("invalid_request", method, "the platform takes no message without a picture");
        const parameters = { refund_id: input.disputeExternalId, content };
        await client.call(store, { method, parameters, files, effect: "write" }, signal);
        return { outcome: "done", reread: [{ resource: "disputes", externalId: input.disputeExternalId }] };
      }),
    async findEffect(store, { input }, signal) {
      const refund = await currentRefund(client, store, input.disputeExternalId, signal);
      if (!refund) return null;
      const messages = await readMessages(client, store, refund, signal);
      const same = (text: string | null) => text?.replace(/\s+/g, " ").trim();
      const found = messages.find((item) => item.owner_role === "2" && same(item.content) === same(input.message));
      return found ? ({ ...done(refund), externalId: found.id } as ActOutcome) : null;
    },
  };
}
