/** Service orders: returns, exchanges and repairs of delivered goods. Each action names the version that it saw. */

import { MINUTE } from "../beijing-time.ts";
import { later, nowOf } from "../living.ts";
import { moveService } from "./disputes.ts";
import { type Call, type Method, pageOf, refuseResult, type Spec } from "./method.ts";
import {
  AUDITED,
  CENTER,
  CODES,
  COMMON,
  CONTACT,
  CUSTOMER,
  ONE,
  PAGED,
  PICK_UP,
  processed,
  RETURN_TO,
  specs,
  TIMES,
  WAITING,
  WARE,
  WHO,
} from "./service-parameters.ts";
import { serviceRow } from "./service-view.ts";
import type { ServiceOrder } from "./types.ts";
import { BusinessError, type Row } from "./wire.ts";

const MOST = { page: 1000, size: 100 };
/** Waiting for the seller's audit, for goods, for what becomes of them. */
const AUDIT = [10000, 10001, 10012, 10013];
const PROCESS = [10006, 10007, 13000, 1100, 12000, 14000];
/** The platform pays the buyer some time after the goods are there. */
const PAYING = 20 * MINUTE;

function checkShop(call: Call): void {
  if (call.text("buId") !== call.store.shop.venderId) throw new BusinessError("403", "buId与授权商家不符");
}

function isWithin(call: Call, what: string, at: number | null): boolean {
  const [from, to] = [call.time(`${what}Begin`), call.time(`${what}End`)];
  if (from === undefined && to === undefined) return true;
  return at !== null && at >= (from ?? 0) && at <= (to ?? Number.MAX_SAFE_INTEGER);
}

function pageResult(call: Call, all: readonly Row[]): Row {
  const [page, size] = [call.int("pageNumber", 1), call.int("pageSize", 20)];
  return { pageResult: { success: true, totalCount: all.length, page, size, data: pageOf(all, page, size, MOST) } };
}

/** A list of service orders; those of one task show only what waits for it. */
function list(
  name: string,
  key: "applied" | "updated",
  statuses: readonly number[] | null,
  parameters: Record<string, Spec>,
): Method {
  return {
    name,
    parameters: { ...parameters, ...PAGED },
    refuse: refuseResult("pageResult"),
    run: (call) => {
      checkShop(call);
      const is = (parameter: string, value: number): boolean =>
        !call.has(parameter) || call.int(parameter, 0) === value;
      const rows = [...call.store.services.values()]
        .filter(
          (service) =>
            (statuses?.includes(service.status) ?? true) &&
            (!call.has("serviceId") || call.text("serviceId") === service.id) &&
            (!call.has("orderId") || call.text("orderId") === service.order.id) &&
            (!call.has("skuId") || call.text("skuId") === service.line.sku.id) &&
            is("serviceStatus", service.status) &&
            is("customerExpect", service.expect) &&
            is("processResult", service.processResult) &&
            is("orderType", service.order.type) &&
            isWithin(call, "applyTime", service.applied) &&
            isWithin(call, "approveTime", service.approved) &&
            isWithin(call, "finishTime", service.finished) &&
            isWithin(call, "updateTime", service.updated) &&
            isWithin(call, "freightUpdateDate", service.freight),
        )
        .sort((a, b) => a[key] - b[key] || (a.id < b.id ? -1 : 1));
      return pageResult(call, rows.map(serviceRow));
    },
  };
}

/** The service order of a call, as its caller last saw it. Throws when it has changed since. */
function serviceOf(call: Call): ServiceOrder {
  checkShop(call);
  const service = call.store.services.get(call.text("serviceId"));
  if (service === undefined || (call.has("orderId") && service.order.id !== call.text("orderId")))
    throw new BusinessError("404", "服务单不存在");
  return service;
}

/** An act on a service order in one of some states. */
function act(
  name: string,
  from: readonly number[],
  parameters: Record<string, Spec>,
  run: (call: Call, service: ServiceOrder) => void,
): Method {
  return {
    name,
    parameters,
    refuse: refuseResult("result"),
    run: (call) => {
      const service = serviceOf(call);
      if ("sysVersion" in parameters && call.int("sysVersion", 0) !== service.version)
        throw new BusinessError("409", "数据已被更新，请刷新后重试");
      if (!from.includes(service.status)) throw new BusinessError("409", "服务单当前状态不允许该操作");
      run(call, service);
      return { result: { success: true, code: "0", msg: "" } };
    },
  };
}

/** The seller's answer: into this status, with this result. */
const audit = (
  name: string,
  status: number,
  approveResult: number,
  parameters: Record<string, Spec> = {},
  more: Partial<ServiceOrder> = {},
): Method =>
  act(`jingdong.asc.audit.${name}`, AUDIT, { ...AUDITED, ...parameters }, (call, service) => {
    moveService(call.store, service, status, "api", { approveResult, notes: call.text("approveNotes"), ...more });
    if (status === 10041) payLater(call, service);
  });

/** The platform pays, and the service order is done. */
function payLater(call: Call, service: ServiceOrder): void {
  const { store } = call;
  later(store, nowOf(store) + PAYING, () => {
    if (service.status === 10041) moveService(store, service, 10010, "owner", { processResult: 100 });
  });
}

export const SERVICE_METHODS: readonly Method[] = [
  list("jingdong.asc.query.list", "applied", null, {
    ...COMMON,
    ...CUSTOMER,
    ...CODES,
    ...TIMES("applyTime finishTime approveTime"),
    orderType: "int",
    processResult: "int",
  }),
  list("jingdong.asc.sync.list", "updated", null, {
    ...COMMON,
    ...TIMES("updateTime freightUpdateDate"),
    serviceStatus: "int",
    orderType: "int",
  }),
  list("jingdong.asc.audit.list", "applied", AUDIT, {
    ...COMMON,
    ...CUSTOMER,
    ...WAITING,
    verificationCode: "string",
    serviceStatus: "int",
    orderType: "int",
  }),
  list("jingdong.asc.receive.list", "applied", [10005], {
    ...COMMON,
    ...CUSTOMER,
    ...WAITING,
    ...TIMES("applyTime"),
    ...specs("expressCode orderShopId returnShopId", "string"),
    ...specs("dealType approveResult approveReasonCid1", "int"),
    jdInterveneFlag: "bool",
  }),
  list("jingdong.asc.process.list", "applied", PROCESS, {
    ...COMMON,
    ...WAITING,
    ...TIMES("applyTime approveTime"),
    ...specs("customerPin expressCode", "string"),
    serviceStatus: "int",
    jdInterveneFlag: "bool",
  }),
  {
    name: "jingdong.asc.query.view",
    parameters: ONE,
    refuse: refuseResult("result"),
    run: (call) => {
      const service = serviceOf(call);
      return {
        result: { success: true, code: "0", msg: "", data: { ...serviceRow(service), sysVersion: service.version } },
      };
    },
  },
  {
    ...list("jingdong.asc.serviceAndRefund.view", "applied", null, {}),
    parameters: {
      buId: "string!",
      orderId: "long",
      extJsonStr: "string",
      ...TIMES("applyTime approveTime"),
      ...PAGED,
    },
  },
  ...["log", "track"].map(
    (what): Method => ({
      name: `jingdong.asc.${what}.list`,
      parameters: { ...WHO, ...PAGED, serviceId: "long!" },
      refuse: refuseResult("pageResult"),
      run: (call) =>
        pageResult(
          call,
          serviceOf(call).log.map(({ at, text }) => ({ operateDate: at * 1000, context: text })),
        ),
    }),
  ),
  {
    name: "jingdong.asc.audit.reason.list",
    parameters: { ...WHO, serviceId: "long!", parentCode: "string", bizType: "int" },
    refuse: refuseResult("result"),
    run: (call) => {
      serviceOf(call);
      return {
        result: {
          success: true,
          code: "0",
          msg: "",
          data: [
            { code: 1, name: "同意" },
            { code: 2, name: "拒绝" },
          ],
        },
      };
    },
  },
  audit("send", 10005, 33, { ...RETURN_TO, returnAddressType: "int" }),
  audit("homepick", 10005, 31, { ...RETURN_TO, ...PICK_UP, pickupStandard: "string", returnAddressType: "int" }),
  audit("delivery", 10005, 32, RETURN_TO),
  audit("refuse", 10004, 0),
  audit("compensate", 10041, 11, { ...CENTER, ...WARE, ...CONTACT }),
  audit(
    "reissue",
    10010,
    87,
    { expressCode: "string", shipWayId: "string", shipWayName: "string", wareNum: "int" },
    { processResult: 80 },
  ),
  audit("doorRenew", 10005, 22, {
    ...RETURN_TO,
    ...PICK_UP,
    ...CENTER,
    ...WARE,
    freightAmount: "string",
    returnAddressType: "int",
  }),
  audit("waitFeedback", 10002, 0),
  act(
    "jingdong.asc.receive.register",
    [10005],
    {
      ...ONE,
      ...specs("receivePin receiveName receiveRemark", "string"),
      ...specs("packingState qualityState invoiceRecord judgmentReason accessoryOrGift appearanceState wareNum", "int"),
    },
    (call, service) => {
      // A return is paid by the platform once the goods are there; anything else waits for the seller.
      const isReturn = service.expect === 10;
      moveService(call.store, service, isReturn ? 10041 : 10006, "api");
      if (isReturn) payLater(call, service);
    },
  ),
  act(
    "jingdong.asc.process.back",
    PROCESS,
    { ...ONE, ...processed("applyRemark expressCode partCodes shipWayName", "repairState shipWayId") },
    (call, service) => moveService(call.store, service, 10010, "api", { processResult: 70 }),
  ),
  act(
    "jingdong.asc.process.renew",
    PROCESS,
    {
      ...ONE,
      ...CENTER,
      ...processed("applyDescription freightAmount skuId wareName relationSkuId relationWareType open_id_seller", ""),
      collectFreightFlag: "bool",
    },
    (call, service) => moveService(call.store, service, 10010, "api", { processResult: 80 }),
  ),
  act("jingdong.asc.process.close", PROCESS, { ...ONE, sysVersion: "int!" }, (call, service) =>
    moveService(call.store, service, 10011, "api", { processResult: 6 }),
  ),
];
