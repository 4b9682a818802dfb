/** All methods by name. */

import type { Method } from "./method.ts";
import { BILL_METHODS } from "./methods-bills.ts";
import { GOODS_METHODS } from "./methods-goods.ts";
import { MEMO_METHODS } from "./methods-memos.ts";
import { ORDER_METHODS } from "./methods-orders.ts";
import { REFUND_METHODS } from "./methods-refunds.ts";
import { SERVICE_METHODS } from "./methods-services.ts";
import { SHOP_METHODS } from "./methods-shop.ts";

export const METHODS: ReadonlyMap<string, Method> = new Map(
  [ORDER_METHODS, MEMO_METHODS, GOODS_METHODS, SHOP_METHODS, REFUND_METHODS, SERVICE_METHODS, BILL_METHODS]
    .flat()
    .map((method) => [method.name, method]),
);
