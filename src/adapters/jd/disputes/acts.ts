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
  type RawDocument,
  type Store,
} from "../../../core/adapter.ts";
import { type Client, numberOf } from "../client/index.ts";
import { done, isRefusal, refusable, refuse } from "../client/outcomes.ts";
import {
  AWAITS_AUDIT,
  AWAITS_BUYER,
  AWAITS_GOODS,
  DOCS,
  DONE,
  EXPECTED,
  RECEIVED,
  REFUSED,
  SENT_BACK,
} from "../codes.ts";
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
type Service = z.infer<typeof SERVICE>;

/** An answer to an application: what it says, and the states in which it has been given. */
interface Reply {
  stands: readonly string[];
  says(store: Store): Fields;
}

/** An answer to a service order: in which states it is asked for, and whether it has been given. */
interface Answer {
  stands(service: Service): boolean;
  from: ReadonlySet<string>;
  send(given: Given, service: Service, operation: string): Promise<ActOutcome>;
}

export function createDisputeActs(client: Client): DisputeCapability["acts"] {
  return {
    accept: createAct(client, "disputes.accept", AGREE, ACCEPT),
    refuse: createAct(client, "disputes.refuse", DISAGREE, REFUSE),
    message: createAct(client, "disputes.message", null, ASK_BUYER),
    receive_return: createAct(client, "disputes.receive_return", null, RECEIVE),
    pay: absent("no call pays money: a refund follows from an agreement or a parcel that came back", DOCS),
  };
}

function createAct(client: Client, operation: string, reply: Reply | null, answer: Answer): ActCapability<Input> {
  return {
    input: INPUT as z.ZodType<Input>,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { disputeExternalId: externalId, orderExternalId: order, system } = input;
        const key = order === null ? { externalId } : { externalId, key: { order } };
        const look = () => readDispute(client, store, key, signal, system);
        const found = await look();
        if (!found) return refuse("not_found", operation, `dispute ${externalId} does not exist`);
        const given = { client, store, input: { ...input, disputeExternalId: found.externalId }, signal };
        if (found.form !== FORM.service && !(found.form === FORM.refund && reply))
          return refuse("invalid_request", operation, "the platform has no such answer for this kind of dispute");
        if (stands(found, reply, answer)) return answered(given);
        try {
          if (found.form === FORM.service) return await answerService(given, found.payload, answer, operation);
          return await answerRefund(given, found.payload, reply);
        } catch (error) {
          if (!isRefusal(error)) throw error;
          // An answer that was lost is given again, and refused because it stands.
          const now = await look();
          if (now && stands(now, reply, answer)) return answered(given);
          throw error;
        }
      }),
  };
}

const stands = ({ form, payload }: RawDocument, reply: Reply | null, answer: Answer): boolean =>
  form === FORM.service
    ? answer.stands(SERVICE.parse(payload))
    : (reply?.stands.includes(REFUND.parse(payload).status) ?? false);

const answered = ({ input }: Given): ActOutcome => done(input.disputeExternalId, "disputes");

const REPLY = "jingdong.pop.afs.soa.refundapply.replyRefund";
const WAITS = "0";
/** Whether the goods have left the warehouse: 1 yes, 2 no. */
const LEFT = 1;
const STILL_THERE = 2;

const AGREE: Reply = { stands: ["1", "3", "5"], says: () => ({ status: 1, outWareStatus: STILL_THERE }) };
const DISAGREE: Reply = {
  stands: ["2", "4"],
  says: ({ settings }) => ({ status: 2, rejectType: settingsOf(settings).reject_type, outWareStatus: LEFT }),
};

async function answerRefund(given: Given, payload: unknown, reply: Reply | null): Promise<ActOutcome> {
  const { client, store, input, signal } = given;
  const refund = REFUND.parse(payload);
  if (refund.status !== WAITS)
    return refuse("conflict", REPLY, `the application is in state ${refund.status}: it waits for no answer`);
  const checkUserName = settingsOf(store.settings).operator;
  const parameters = { id: numberOf(refund.id), checkUserName, remark: input.message ?? "", ...reply?.says(store) };
  await client.call(store, REPLY, parameters, signal, "keyed-write");
  return answered(given);
}

async function answerService(given: Given, payload: unknown, answer: Answer, operation: string): Promise<ActOutcome> {
  const service = SERVICE.parse(payload);
  if (answer.from.has(service.serviceStatus)) return answer.send(given, service, operation);
  const state = `the service order is in state ${service.serviceStatus}`;
  return refuse("conflict", operation, `${state}: this is not asked for`);
}

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

/** Of these wishes the goods come back by the buyer's parcel. */
const COME_BACK: ReadonlySet<string> = new Set(["10", "20", "30"]);
/** After an agreement: on the way, here, inspected, repaired, to be paid. */
const AGREED: ReadonlySet<string> = new Set([AWAITS_GOODS, ...RECEIVED, "1100", "12000", "14000"]);

/** Money without goods is compensated; goods that come back go to the address of the settings. */
const ACCEPT: Answer = {
  stands: ({ serviceStatus, processResult }) =>
    AGREED.has(serviceStatus) && !(serviceStatus === DONE && processResult === SENT_BACK),
  from: AWAITS_AUDIT,
  async send(given, service, operation) {
    if (EXPECTED[service.customerExpect] === "refund_only")
      return callOnService(given, service, "jingdong.asc.audit.compensate", {});
    if (!COME_BACK.has(service.customerExpect))
      return refuse("invalid_request", operation, "this wish is answered on the platform's page");
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
  },
};

const REFUSE: Answer = {
  stands: ({ serviceStatus }) => serviceStatus === REFUSED,
  from: AWAITS_AUDIT,
  send: (given, service) => callOnService(given, service, "jingdong.asc.audit.refuse", {}),
};

const ASK_BUYER: Answer = {
  stands: ({ serviceStatus }) => serviceStatus === AWAITS_BUYER,
  from: AWAITS_AUDIT,
  send: (given, service) => callOnService(given, service, "jingdong.asc.audit.waitFeedback", {}),
};

/** The parcel is here. Paying or exchanging follows on the platform's side. */
const RECEIVE: Answer = {
  stands: ({ serviceStatus }) => RECEIVED.has(serviceStatus),
  from: new Set([AWAITS_GOODS]),
  send(given, service) {
    const { operator } = settingsOf(given.store.settings);
    return callOnService(given, service, "jingdong.asc.receive.register", {
      receivePin: operator,
      receiveName: operator,
      receiveRemark: given.input.message ?? "",
      wareNum: service.serviceCount ?? undefined,
      ...given.input.states,
    });
  },
};
