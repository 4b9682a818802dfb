/** Agreeing: to goods that come back, with the address they go to, and to money, by an employee's session. */
import type { ActOutcome, Credentials, Store } from "../../../core/adapter.ts";
import { AuthExpiredError, isAdapterError } from "../../../core/errors.ts";
import { canonicalDecimal } from "../../../core/money.ts";
import { refuse } from "../client/refusals.ts";
import { sellerType, settingsOf } from "../config.ts";
import { ADDRESSES, AGREED, type RefundDocument, type ReturnAddress } from "../schemas/dispute.ts";
import { fenOfYuan } from "../schemas/helpers.ts";
import { done, type Given, lockOf } from "./act.ts";
import { currentRefund } from "./read.ts";

const AGREED_TEXT = "同意退货";

/** Tmall wants a word to the buyer, Taobao the whole address again, though its number names it. */
export async function agreeToReturn(given: Given): Promise<ActOutcome> {
  const { client, store, input, refund, signal } = given;
  const method = "taobao.rp.returngoods.agree";
  const address = await returnAddress(given);
  if (!address)
    return refuse(
      "invalid_request",
      method,
      input.returnAddressId === null
        ? "the seller has no standard address for returns: name one of the list as returnAddressId"
        : `${input.returnAddressId} is no number of the seller's list of addresses`,
    );
  const parameters = {
    refund_id: refund.refund_id,
    seller_address_id: address.contact_id,
    ...lockOf(given),
    ...(sellerType(store) === "B" ? { remark: input.message ?? AGREED_TEXT } : inFull(address)),
  };
  await client.call(store, { method, parameters, effect: "write" }, signal);
  return done(refund);
}

/** The address that was chosen, or the standard one for returns. */
async function returnAddress({ client, store, input, signal }: Given): Promise<ReturnAddress | null> {
  const fields = await client.call(store, { method: "taobao.logistics.address.search" }, signal);
  const addresses = ADDRESSES.parse(fields.addresses);
  const found = addresses.find(({ contact_id: id, cancel_def }) =>
    input.returnAddressId === null ? cancel_def : id === input.returnAddressId,
  );
  return found ?? null;
}

/** Of telephone and mobile one is always there; both are wanted. */
function inFull(address: ReturnAddress) {
  const { contact_name: name, zip_code: post, phone, mobile_phone } = address;
  const parts = [address.province, address.city, address.country, address.addr];
  return {
    name,
    address: parts.filter((part) => part !== null).join(""),
    post,
    tel: phone ?? mobile_phone,
    mobile: mobile_phone ?? phone,
  };
}

const NEEDS_EMPLOYEE: ActOutcome = {
  outcome: "asks",
  what: "web_page",
  text: "Only an employee's account may agree to refunds: give its session as sub_session, or agree on the platform's page.",
};
const ASKS_CODE = /短信|验证码|手机|sms|verification|check code/i;

/** Money goes back: by an employee's session, Tmall's refunds being marked as reviewed before. */
export async function agreeToRefund(given: Given): Promise<ActOutcome> {
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
