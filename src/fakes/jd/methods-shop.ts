/** The shop itself, its carriers, shipping, and the ways of parcels. */

import { toText } from "../beijing-time.ts";
import { type Method, refuseResult } from "./method.ts";
import { orderOf } from "./methods-orders.ts";
import { ship } from "./orders.ts";
import type { Order, Parcel } from "./types.ts";
import { BusinessError, id64, type Row } from "./wire.ts";

const CARRIERS = [
  [467, "顺丰速运"],
  [1499, "中通速递"],
  [463, "圆通快递"],
  [470, "申通快递"],
  [1327, "韵达快递"],
  [465, "邮政EMS"],
  [2087, "京东物流"],
  [1274, "厂家自送"],
] as const;

/** `a|b` and `1,2|3`: carriers, and the numbers of each. Throws when they do not fit together. */
function parcelsOf(carriers: string, numbers: string): Parcel[] {
  const [ids, groups] = [carriers.split("|"), numbers.split("|").map((group) => group.split(","))];
  if (ids.length !== groups.length) throw new BusinessError("400", "物流公司与运单号不匹配");
  for (const id of ids)
    if (!CARRIERS.some(([known]) => String(known) === id)) throw new BusinessError("400", `物流公司不存在：${id}`);
  for (const number of groups.flat())
    if (!/^[A-Za-z0-9-]{5,40}$/.test(number)) throw new BusinessError("400", "运单号格式错误");
  return ids.map((carrier, index) => ({ carrier, numbers: groups[index] ?? [] }));
}

function checkShippable(order: Order, parcels: readonly Parcel[]): void {
  if (order.type === 75 || order.type === 21) throw new BusinessError("409", "该类型订单不支持出库");
  if (order.state === "LOCKED") throw new BusinessError("409", "订单已锁定，不能出库");
  if (order.state !== "WAIT_SELLER_STOCK_OUT" && order.state !== "WAIT_SELLER_DELIVERY")
    throw new BusinessError("409", "订单状态不是等待出库");
  if (order.shippingKind !== 0 && parcels.some(({ carrier }) => carrier !== "2087"))
    throw new BusinessError("409", "京配订单必须使用京东物流运单");
}

function tracesOf(order: Order, waybillCode: string): Row[] {
  return order.traces.map(({ at, title, text }) => ({
    opeTitle: title,
    opeRemark: text,
    opeName: "配送员",
    opeTime: toText(at),
    waybillCode,
  }));
}

export const SHOP_METHODS: readonly Method[] = [
  {
    name: "jingdong.areas.province.get",
    isPublic: true,
    parameters: {},
    run: () => ({ baseAreaServiceResponse: { data: [{ areaId: 1, areaName: "北京" }] } }),
  },
  {
    name: "jingdong.vender.shop.query",
    parameters: {},
    run: ({ store: { shop } }) => ({
      shop_jos_result: {
        vender_id: id64(shop.venderId),
        shop_id: id64(shop.shopId),
        shop_name: shop.name,
        open_time: "2020-01-01 00:00:00",
        logo_url: "",
        category_main: 1315,
      },
    }),
  },
  {
    name: "jingdong.seller.vender.info.get",
    parameters: { ext_json_param: "string" },
    run: ({ store: { shop, options } }) => ({
      vender_info_result: {
        vender_id: id64(shop.venderId),
        col_type: options.hasFbp === false ? 0 : 1,
        shop_id: id64(shop.shopId),
        shop_name: shop.name,
        cate_main: 1315,
      },
    }),
  },
  {
    name: "jingdong.fce.alpha.getVenderCarrier",
    parameters: {},
    run: () => ({
      StandardGenericResponse: {
        resultCode: 0,
        resultMsg: "",
        result: { carrierList: CARRIERS.map(([carrierId, carrierName]) => ({ carrierId, carrierName })) },
      },
    }),
  },
  {
    name: "jingdong.logistics.carriers.list",
    parameters: {},
    run: () => ({
      carriers_details: CARRIERS.map(([carriers_id, carriers_name]) => ({
        carriers_id,
        carriers_name,
        carriers_phone: "",
      })),
    }),
  },
  {
    name: "jingdong.pop.order.shipment",
    parameters: { orderId: "string!", logiCoprId: "string!", logiNo: "string!", installId: "long" },
    isSensitive: true,
    refuse: ({ code, message }) => ({
      sopjosshipment_result: { success: false, englishErrCode: code, chineseErrCode: message },
    }),
    run: ({ store, text }) => {
      const order = orderOf(store, text("orderId"));
      const parcels = parcelsOf(text("logiCoprId"), text("logiNo"));
      checkShippable(order, parcels);
      ship(store, order, parcels, "api");
      return { sopjosshipment_result: { success: true, englishErrCode: "", chineseErrCode: "" } };
    },
  },
  {
    name: "jingdong.ldop.receive.trace.get",
    parameters: { customerCode: "string!", waybillCode: "string!" },
    run: ({ store, text }) => {
      const code = text("waybillCode");
      const order = [...store.orders.values()].find(({ parcels }) =>
        parcels.some(({ numbers }) => numbers.includes(code)),
      );
      return {
        querytrace_result: { code: 100, messsage: "成功", data: order === undefined ? [] : tracesOf(order, code) },
      };
    },
  },
  {
    name: "jingdong.getThirdTrace",
    parameters: { orderId: "string!" },
    refuse: refuseResult("result"),
    run: ({ store, text }) => {
      const order = orderOf(store, text("orderId"));
      return { result: { success: true, code: "0", data: tracesOf(order, order.parcels[0]?.numbers[0] ?? "") } };
    },
  },
  {
    name: "jingdong.order.track.getTrackShowResult",
    parameters: { userPin: "string!", orderId: "string!", userIP: "string!" },
    refuse: ({ message }) => ({ result: { success: false, errorMessage: message } }),
    run: ({ store, text }) => {
      const order = orderOf(store, text("orderId"));
      const rows = tracesOf(order, order.parcels[0]?.numbers[0] ?? "");
      const isOwn = order.parcels[0]?.carrier === "2087";
      const shown = {
        ziyingShowResult: isOwn ? rows : [],
        thirdPsShowResult: isOwn ? [] : rows,
        daJiaDianInstallResult: [],
      };
      return { result: { success: true, errorMessage: "", trackShowResult: shown } };
    },
  },
];
