/**
 * Answers. Each looks first at what the dispute has become: an answer that stands already is done, and one that is not
 * asked for any more is refused. Service orders are locked by `sysVersion`, which the view tells.
 */
import { z } from "zod";
import {
  type ActCapability,
  type ActOutcome,
  absent,
  type DisputeActInput,
  type DisputeCapability,
  type Store,
} from "../../../core/adapter.ts";
import { type Client, numberOf } from "../client/index.ts";
import { done, refusable, refuse } from "../client/outcomes.ts";
import { AWAITS_AUDIT, AWAITS_BUYER, AWAITS_GOODS, DOCS, DONE, EXPECTED, REFUSED, WITHDRAWN } from "../codes.ts";
import { settingsOf } from "../config.ts";
import { type Fields, idIn, isFields, REFUND, SERVICE } from "../schemas.ts";
import { caller, FORM, readDispute } from "./read.ts";

const ID = z.string().min(1);
const STATES = [
  "packingState",
  "qualityState",
  "invoiceRecord",
  "judgmentReason",
  "accessoryOrGift",
  "appearanceState",
];
const INPUT = z.object({
  disputeExternalId: ID,
  orderExternalId: z.string().nullable(),
  system: z.string().nullable(),
  /** Service orders: the platform's reason as `first` or `first/second` number. */
  reason: z.string().nullable(),
  message: z.string().nullable(),
  lockToken: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  files: z.array(z.object({ name: z.string(), contentType: z.string(), base64: z.string() })),
  returnAddressId: z.string().nullable(),
  /** What was found in a parcel that came back, as the platform numbers it. */
  states: z.partialRecord(z.enum(STATES), z.int()).optional(),
});
type Input = DisputeActInput & { states?: Record<string, number> | undefined };

interface Given {
  client: Client;
  store: Store;
  input: Input;
  signal: AbortSignal;
}
type Refund = z.infer<typeof REFUND>;
type Service = z.infer<typeof SERVICE>;

export function createDisputeActs(client: Client): DisputeCapability["acts"] {
  return {
    accept: createAct(client, "disputes.accept", agreeToRefund, acceptService),
    refuse: createAct(client, "disputes.refuse", refuseRefund, refuseService),
    message: createAct(client, "disputes.message", null, askBuyer),
    receive_return: createAct(client, "disputes.receive_return", null, receiveReturn),
    pay: absent("no call pays money: a refund follows from an agreement or a parcel that came back", DOCS),
  };
}

function createAct(
  client: Client,
  operation: string,
  onRefund: ((given: Given, refund: Refund) => Promise<ActOutcome>) | null,
  onService: (given: Given, service: Service, operation: string) => Promise<ActOutcome>,
): ActCapability<Input> {
  return {
    input: INPUT as z.ZodType<Input>,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { disputeExternalId: externalId, orderExternalId: order } = input;
        const key = order === null ? { externalId } : { externalId, key: { order } };
        const found = await readDispute(client, store, key, signal, input.system);
        if (!found) return refuse("not_found", operation, `dispute ${externalId} does not exist`);
        const given = { client, store, input: { ...input, disputeExternalId: found.externalId }, signal };
        if (found.form === FORM.service) return onService(given, SERVICE.parse(found.payload), operation);
        if (found.form === FORM.refund && onRefund) return onRefund(given, REFUND.parse(found.payload));
        return refuse("invalid_request", operation, "the platform has no such answer for this kind of dispute");
      }),
  };
}

const answered = ({ input }: Given): ActOutcome => done(input.disputeExternalId, "disputes");

const REPLY = "jingdong.pop.afs.soa.refundapply.replyRefund";
const WAITS = "0";
/** Whether the goods have left the warehouse: 1 yes, 2 no. */
const LEFT = 1;
const STILL_THERE = 2;

async function reply(given: Given, refund: Refund, standing: readonly string[], answer: Fields): Promise<ActOutcome> {
  const { client, store, input, signal } = given;
  if (standing.includes(refund.status)) return answered(given);
  if (refund.status !== WAITS)
    return refuse("conflict", REPLY, `the application is in state ${refund.status}: it waits for no answer`);
  const checkUserName = settingsOf(store.settings).operator;
  const parameters = { id: numberOf(refund.id), checkUserName, remark: input.message ?? "", ...answer };
  await client.call(store, REPLY, parameters, signal, "keyed-write");
  return answered(given);
}

const agreeToRefund = (given: Given, refund: Refund) =>
  reply(given, refund, ["1", "3", "5"], { status: 1, outWareStatus: STILL_THERE });

const refuseRefund = (given: Given, refund: Refund) =>
  reply(given, refund, ["2", "4"], {
    status: 2,
    rejectType: settingsOf(given.store.settings).reject_type,
    outWareStatus: LEFT,
  });

/** A call on a service order with the version that it has now; refused where it was decided on another. */
async function callOnService(given: Given, service: Service, method: string, parameters: Fields): Promise<ActOutcome> {
  const { client, store, input, signal } = given;
  const target = { ...caller(store), serviceId: numberOf(service.serviceId), orderId: numberOf(service.orderId ?? "") };
  const view = await client.call(store, "jingdong.asc.query.view", { ...target, extJsonStr: "{}" }, signal);
  const result = isFields(view.result) ? view.result : {};
  const sysVersion = idIn((isFields(result.data) ? result.data : result).sysVersion) ?? service.sysVersion ?? "0";
  if (input.lockToken !== null && input.lockToken !== sysVersion)
    return refuse("conflict", method, "the service order has changed since it was decided on: read it again");
  const reasons = (input.reason ?? "").split("/").map((reason) => (/^\d+$/.test(reason) ? Number(reason) : undefined));
  const audit = {
    approveNotes: input.message ?? "",
    sysVersion: numberOf(sysVersion),
    approveReasonCid1: reasons[0],
    approveReasonCid2: reasons[1],
    extJsonStr: "{}",
  };
  const isAudit = method.startsWith("jingdong.asc.audit.");
  await client.call(store, method, { ...target, ...(isAudit ? audit : {}), ...parameters }, signal, "keyed-write");
  return answered(given);
}

const notAsked = (operation: string, { serviceStatus }: Service) =>
  refuse("conflict", operation, `the service order is in state ${serviceStatus}: this is not asked for`);

/** Money without goods is compensated; everything else comes back to the address of the settings. */
async function acceptService(given: Given, service: Service, operation: string): Promise<ActOutcome> {
  const { serviceStatus, customerExpect } = service;
  if ([REFUSED, WITHDRAWN, AWAITS_BUYER].includes(serviceStatus)) return notAsked(operation, service);
  if (!AWAITS_AUDIT.has(serviceStatus)) return answered(given);
  if (EXPECTED[customerExpect] === "refund_only")
    return callOnService(given, service, "jingdong.asc.audit.compensate", {});
  const { return_address: address } = settingsOf(given.store.settings);
  if (!address) return refuse("invalid_request", operation, "set return_address: goods need a place to come back to");
  return callOnService(given, service, "jingdong.asc.audit.send", {
    returnContactName: address.name,
    returnContactMobile: address.mobile,
    returnProvince: address.province,
    returnCity: address.city,
    returnCounty: address.county,
    returnVillage: address.village,
    returnDetailAddress: address.detail,
    returnAddressType: address.type,
  });
}

async function refuseService(given: Given, service: Service, operation: string): Promise<ActOutcome> {
  if (service.serviceStatus === REFUSED) return answered(given);
  if (!AWAITS_AUDIT.has(service.serviceStatus)) return notAsked(operation, service);
  return callOnService(given, service, "jingdong.asc.audit.refuse", {});
}

async function askBuyer(given: Given, service: Service, operation: string): Promise<ActOutcome> {
  if (service.serviceStatus === AWAITS_BUYER) return answered(given);
  if (!AWAITS_AUDIT.has(service.serviceStatus)) return notAsked(operation, service);
  return callOnService(given, service, "jingdong.asc.audit.waitFeedback", {});
}

const RECEIVED: ReadonlySet<string> = new Set(["10006", "10007", "10009", "10041", DONE]);

/** The parcel is here. Paying or exchanging follows on the platform's side. */
async function receiveReturn(given: Given, service: Service, operation: string): Promise<ActOutcome> {
  if (RECEIVED.has(service.serviceStatus)) return answered(given);
  if (service.serviceStatus !== AWAITS_GOODS) return notAsked(operation, service);
  const { operator } = settingsOf(given.store.settings);
  return callOnService(given, service, "jingdong.asc.receive.register", {
    receivePin: operator,
    receiveName: operator,
    receiveRemark: given.input.message ?? "",
    wareNum: service.serviceCount ?? undefined,
    ...given.input.states,
  });
}
