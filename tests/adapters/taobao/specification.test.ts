/** Every call that the adapter can make, against the vendor's parameter documents. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TRADE_FIELDS } from "../../../src/adapters/taobao/orders/fields.ts";
import { type AnyAct, isAbsent, type PushItem, type Store } from "../../../src/core/adapter.ts";
import { givenAdapter, givenItem, givenLine, givenRefund, givenStore, givenTrade, type Sent, SIGNAL } from "./stub.ts";

const FOLDER = join(process.env.TALLYPORT_SPECS ?? "", "taobao/top-api");
const isThere = process.env.TALLYPORT_SPECS !== undefined && existsSync(FOLDER);
if (!isThere) console.log("parameters of Taobao: not checked, TALLYPORT_SPECS names no folder with them");

/** Calls that the documents do not hold. */
const WITHOUT_TREE: Readonly<Record<string, string>> = {
  "taobao.item.price.update": "only in older clients; perhaps withdrawn",
  "oauth.token": "not a method of the gateway",
  "alipay.data.dataservice.bill.downloadurl.query": "the bank's gateway",
  "statement.download": "a file",
};
const SYSTEM = new Set(["method", "app_key", "session", "timestamp", "v", "sign_method", "sign", "format", "simplify"]);

interface Parameter {
  name: string;
  type: string;
  required?: boolean;
  maxListSize?: number;
  subParams?: Parameter[];
}

interface Tree {
  requestParams?: Parameter[];
  responseParams?: Parameter[];
}

const treeOf = (method: string): Tree =>
  JSON.parse(readFileSync(join(FOLDER, `${method.replaceAll(".", "_")}.json`), "utf8")) as Tree;

function problemsOf(call: Sent): string[] {
  const parameters = treeOf(call.method).requestParams ?? [];
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const problems: string[] = [];
  for (const [name, value] of Object.entries(call.parameters)) {
    if (SYSTEM.has(name)) continue;
    const parameter = known.get(name);
    if (!parameter) problems.push(`${call.method} has no ${name}`);
    else if (!fits(parameter, value)) problems.push(`${call.method} ${name}: ${value} is no ${parameter.type}`);
  }
  for (const name of call.files)
    if (known.get(name)?.type !== "byte[]") problems.push(`${call.method} ${name} is no file`);
  for (const { name, required } of parameters)
    if (required && !(name in call.parameters) && !call.files.includes(name))
      problems.push(`${call.method} lacks ${name}`);
  return problems;
}

function fits(parameter: Parameter, value: string): boolean {
  const { type, maxListSize } = parameter;
  const scalar = (kind: string, text: string): boolean => {
    if (kind === "Number") return /^-?\d+$/.test(text);
    if (kind === "Price") return /^\d+\.\d{2}$/.test(text);
    if (kind === "Boolean") return text === "true" || text === "false";
    if (kind === "Date") return /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text);
    return kind === "String";
  };
  if (["Number[]", "String[]"].includes(type)) {
    const items = value.split(",");
    return items.every((item) => scalar(type.slice(0, -2), item)) && items.length <= (maxListSize ?? 1000);
  }
  if (["Number", "Price", "Boolean", "Date", "String"].includes(type)) return scalar(type, value);
  const parsed: unknown = JSON.parse(value);
  const items = type.endsWith("[]") ? parsed : [parsed];
  return (
    Array.isArray(items) &&
    items.every((item) => objectFits(parameter.subParams ?? [], item as Record<string, unknown>))
  );
}

function objectFits(parameters: readonly Parameter[], value: Record<string, unknown>): boolean {
  return Object.entries(value).every(([name, inner]) => {
    const parameter = parameters.find((candidate) => candidate.name === name);
    if (!parameter) return false;
    if (parameter.type.endsWith("[]"))
      return (
        Array.isArray(inner) &&
        inner.every((item) => objectFits(parameter.subParams ?? [], item as Record<string, unknown>))
      );
    return parameter.subParams
      ? objectFits(parameter.subParams, inner as Record<string, unknown>)
      : fits(parameter, String(inner));
  });
}

const PICTURE = { name: "p.png", contentType: "image/png", base64: "iVBORw==" };
const TID = "4012345678901234567";
const ADDRESS = {
  contact_id: 7,
  contact_name: "仓库",
  province: "浙江省",
  city: "杭州市",
  country: "余杭区",
  addr: "文一西路1号",
  zip_code: "310000",
  mobile_phone: "13800000000",
  cancel_def: true,
};

/** One call of every kind. */
async function everyCall(): Promise<Sent[]> {
  const all: Sent[] = [];
  const given = (
    state: {
      trade?: Record<string, unknown>;
      refund?: Record<string, unknown>;
      item?: Record<string, unknown>;
      parcel?: string;
    } = {},
  ) => {
    const made = givenAdapter((call) => {
      switch (call.method) {
        case "taobao.user.seller.get":
          return { user: { user_id: 1, nick: "店", type: "B", status: "normal" } };
        case "taobao.trade.fullinfo.get":
          return { trade: state.trade ?? givenTrade() };
        case "taobao.refund.get":
          return state.refund === undefined ? {} : { refund: state.refund };
        case "taobao.items.seller.list.get":
          return { items: [state.item ?? givenItem()] };
        case "taobao.logistics.orders.get":
          return {
            shippings: [
              {
                tid: TID,
                order_code: "LP1",
                out_sid: "OLD1",
                status: state.parcel ?? "PICK_UP",
                created: "2024-01-15 18:00:00",
                is_split: 1,
                sub_tids: "4012345678902234567",
              },
            ],
          };
        case "taobao.bill.bills.get":
        case "taobao.tae.bills.get":
          return {
            has_next: false,
            bills: [{ bid: 1, account_id: 7, amount: 5, status: 1, pay_time: "2024-01-15 10:00:00" }],
          };
        case "taobao.bill.accounts.get":
        case "taobao.tae.accounts.get":
          return { accounts: [{ account_id: 101, account_type: 1 }] };
        case "taobao.logistics.address.search":
          return { addresses: [ADDRESS] };
        case "taobao.refund.refusereason.get":
          return { reasons: [{ reason_id: 5, reason_text: "已影响商品完好" }] };
        case "taobao.refund.negotiatereturn.render":
          return {
            refund_version: 9,
            max_refund_fee: { max_refund_fee: 8800 },
            address_list: [{ address_id: 7 }],
          };
        case "oauth.token":
          return { access_token: "a" };
        case "taobao.rp.refunds.agree":
          return { succ: true };
        default:
          return { item: { num_iid: 539130012662, num: 5 }, quantity_update_result: "539130012662" };
      }
    });
    return made;
  };
  const take = (made: ReturnType<typeof given>) => all.push(...made.sent);
  const window = {
    since: new Date("2024-01-15T00:00:00Z"),
    until: new Date("2024-01-15T05:00:00Z"),
    cursor: null,
    limit: 50,
  };
  const tmall = givenStore();
  const taobao = givenStore({ facts: { seller_type: "C" } });
  const app = (kind: string): Store =>
    givenStore({ app: { id: "a", platform: "taobao", key: "12345678", secret: "s", settings: { kind } } });

  const reading = given({
    refund: givenRefund(),
    trade: givenTrade({ orders: [givenLine({ refund_status: "SUCCESS", refund_id: "5" })] }),
  });
  const { adapter } = reading;
  await adapter.auth.probe(tmall, SIGNAL);
  await adapter.auth.probe({ ...tmall, settings: { message_group: "shop-1" } }, SIGNAL);
  await adapter.auth.refresh?.(tmall, await tmall.credentials(), SIGNAL);
  for (const name of ["orders", "listings", "disputes"] as const)
    for (const { name: stream } of adapter[name].streams)
      await adapter[name].list(tmall, { ...window, stream }, SIGNAL);
  for (const kind of ["in_house", "hosted"])
    for (const stream of ["bills", "journal"]) await adapter.settlements.list(app(kind), { ...window, stream }, SIGNAL);
  await adapter.orders.getMany(tmall, [{ externalId: TID }], SIGNAL);
  await adapter.listings.getMany(
    tmall,
    Array.from({ length: 20 }, (_, i) => ({ externalId: `${i + 1}` })),
    SIGNAL,
  );
  await adapter.shipments.getMany(tmall, [{ externalId: TID }], SIGNAL);
  await adapter.shipments.carriers?.(tmall, SIGNAL);
  await adapter.disputes.getMany(tmall, [{ externalId: "5" }, { externalId: "6", key: { system: "special" } }], SIGNAL);
  await adapter.webhooks.receive(tmall, SIGNAL);
  await adapter.webhooks.confirm(tmall, "7,8", SIGNAL);
  take(reading);
  const absent = given();
  await absent.adapter.disputes.getMany(tmall, [{ externalId: "5" }], SIGNAL);
  take(absent);

  const item = (variantExternalId: string, value: string): PushItem => ({
    key: variantExternalId,
    listingExternalId: "539130012662",
    variantExternalId,
    sellerCode: null,
    codes: { properties: "1627207:28341" },
    place: null,
    value,
    currency: "CNY",
    observed: null,
    idempotencyKey: "k",
  });
  for (const store of [tmall, taobao]) {
    const made = given();
    for (const variant of ["3208280995138", "539130012662"]) {
      await made.adapter.stock.set(store, [item(variant, "5")], SIGNAL);
      await made.adapter.prices.set(store, [item(variant, "5.5")], SIGNAL);
    }
    take(made);
  }

  const act = async (
    name: string,
    input: Record<string, unknown>,
    state: Parameters<typeof given>[0] = {},
    store: Store = tmall,
  ): Promise<void> => {
    const made = given(state);
    const [capability = "", key = ""] = name.split(".");
    const found = made.adapter[capability as "orders"].acts[key] as AnyAct;
    if (isAbsent(found)) throw new Error(`${name} is absent`);
    const request = { idempotencyKey: "k", input: found.input.parse(input), progress: null };
    const outcome = await found.perform(store, request, SIGNAL);
    expect(outcome, name).toMatchObject({ outcome: "done" });
    await found.findEffect?.(store, request, SIGNAL);
    take(made);
  };
  const order = { orderExternalId: TID };
  await act("orders.set_memo", { ...order, text: "缺货", flag: "red" });
  await act("orders.set_memo", { ...order, text: "", flag: null });
  await act(
    "orders.cancel",
    { ...order, reason: null, lines: [], restock: true },
    { trade: givenTrade({ status: "WAIT_BUYER_PAY" }) },
  );
  await act("orders.delay_receipt", { ...order, days: 3, deadlineAt: "2024-02-01T00:00:00Z" });
  await act("orders.set_address", {
    ...order,
    name: "a",
    mobile: "1",
    phone: "2",
    region: "r",
    city: "c",
    district: "d",
    town: "t",
    street: "s",
    postcode: "1",
  });
  await act(
    "listings.activate",
    { listingExternalId: "539130012662", variantExternalId: null, reason: null },
    { item: givenItem({ approve_status: "instock" }) },
  );
  const clear = given();
  const { receivers } = clear.adapter.orders;
  if (!receivers || isAbsent(receivers)) throw new Error("receivers are absent");
  // The stub names nobody: the call is what matters here.
  await expect(receivers.reveal(tmall, { orderExternalId: TID, purpose: "shipping_label" }, SIGNAL)).rejects.toThrow();
  take(clear);
  await act("orders.find_same_receiver", { ...order, otherExternalIds: ["4012345678901234568"] });
  await act("listings.deactivate", { listingExternalId: "539130012662", variantExternalId: null, reason: null });
  const parcel = {
    ...order,
    carrier: "sf",
    trackingNumber: "SF1",
    trackingUrl: null,
    shippedAt: null,
    place: null,
    lines: [],
    notifyBuyer: false,
    method: null,
  };
  const line = (quantity: number) => [{ orderLineExternalId: "4012345678902234567", quantity }];
  await act("shipments.confirm", parcel);
  await act("shipments.confirm", { ...parcel, lines: line(2) });
  await act("shipments.confirm", { ...parcel, lines: line(1) });
  await act("shipments.confirm", { ...parcel, method: "dummy", trackingNumber: null });
  await act("shipments.confirm", { ...parcel, method: "online" });
  await act("shipments.correct", { ...parcel, shipmentExternalId: "LP1" });
  await act("shipments.arrange", { ...order, carrier: "sf" });
  await act("shipments.cancel_pickup", order, { parcel: "SENDING" });
  const answer = {
    disputeExternalId: "104781373664603",
    orderExternalId: null,
    system: null,
    reason: "5",
    message: "was sent",
    lockToken: null,
    amount: null,
    currency: null,
    files: [PICTURE],
    returnAddressId: "7",
  };
  const money = givenRefund({ has_good_return: false, dispute_type: "REFUND" });
  for (const store of [tmall, taobao]) {
    await act("disputes.accept", { ...answer, code: "123456" }, { refund: money }, store);
    await act("disputes.accept", answer, { refund: givenRefund() }, store);
    await act("disputes.refuse", answer, { refund: money }, store);
    await act("disputes.message", answer, { refund: money }, store);
  }
  await act("disputes.refuse", answer, { refund: givenRefund({ status: "WAIT_SELLER_CONFIRM_GOODS" }) });
  await act("disputes.refuse", { ...answer, reason: "已影响商品完好" }, { refund: money });
  const refund = { disputeExternalId: answer.disputeExternalId, lockToken: null };
  await act("disputes.negotiate_return", { ...refund, amount: null, returnAddressId: null }, { refund: money });
  await act(
    "disputes.fill_return",
    { disputeExternalId: answer.disputeExternalId, carrier: "sf", trackingNumber: "SF2" },
    { refund: givenRefund({ status: "WAIT_BUYER_RETURN_GOODS" }) },
  );
  await act("disputes.stop_parcel", refund, { refund: money });
  await act("disputes.receive_return", answer, { refund: givenRefund({ status: "WAIT_SELLER_CONFIRM_GOODS" }) });
  return all;
}

describe("calls", () => {
  it.runIf(isThere)("are valid by the vendor's documents, but for those that are named here", async () => {
    const calls = await everyCall();
    const methods = new Set(calls.map((call) => call.method));
    const without = [...methods].filter((method) => !existsSync(join(FOLDER, `${method.replaceAll(".", "_")}.json`)));
    for (const method of without) expect(WITHOUT_TREE, `${method} has no tree`).toHaveProperty([method]);
    const problems = calls.filter((call) => !without.includes(call.method)).flatMap(problemsOf);
    expect([...new Set(problems)]).toEqual([]);
    expect(methods.size).toBeGreaterThan(45);
  });

  it.runIf(isThere)("ask only for fields of a trade that there are", () => {
    const trade = treeOf("taobao.trade.fullinfo.get").responseParams?.find((parameter) => parameter.name === "trade");
    const names = new Set(trade?.subParams?.map((parameter) => parameter.name));
    expect(TRADE_FIELDS.split(",").filter((name) => !names.has(name))).toEqual([]);
  });
});
