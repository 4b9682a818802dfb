/** All methods of the gateway by name. */

import type { Method } from "./method.ts";
import { BILL_METHODS } from "./methods-bills.ts";
import { ITEM_METHODS } from "./methods-items.ts";
import { LOGISTICS_METHODS } from "./methods-logistics.ts";
import { MESSAGE_METHODS } from "./methods-messages.ts";
import { PRICE_METHODS } from "./methods-prices.ts";
import { PRIVACY_METHODS } from "./methods-privacy.ts";
import { REFUND_WRITE_METHODS } from "./methods-refund-writes.ts";
import { REFUND_METHODS } from "./methods-refunds.ts";
import { SHIPPING_METHODS } from "./methods-shipping.ts";
import { SHOP_METHODS } from "./methods-shop.ts";
import { STOCK_METHODS } from "./methods-stock.ts";
import { TRADE_WRITE_METHODS } from "./methods-trade-writes.ts";
import { TRADE_METHODS } from "./methods-trades.ts";
import { AUTH_METHODS } from "./oauth.ts";

export const METHODS: ReadonlyMap<string, Method> = new Map(
  [
    AUTH_METHODS,
    SHOP_METHODS,
    TRADE_METHODS,
    TRADE_WRITE_METHODS,
    ITEM_METHODS,
    STOCK_METHODS,
    PRICE_METHODS,
    LOGISTICS_METHODS,
    SHIPPING_METHODS,
    REFUND_METHODS,
    REFUND_WRITE_METHODS,
    MESSAGE_METHODS,
    PRIVACY_METHODS,
    BILL_METHODS,
  ]
    .flat()
    .map((method) => [method.name, method]),
);
