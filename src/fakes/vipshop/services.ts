/** All services behind the gateway, with the version that each is called by. */

import type { Service } from "./method.ts";
import { DELIVERIES } from "./methods-deliveries.ts";
import { DVD } from "./methods-dvd.ts";
import { BILLS, FINANCE } from "./methods-finance.ts";
import { CATALOGUE, MARKET_PRICES, PRODUCTS, SCHEDULES } from "./methods-goods.ts";
import { JIT } from "./methods-jit.ts";
import { JITX } from "./methods-jitx.ts";
import { MARKET } from "./methods-market.ts";
import { PRICES } from "./methods-prices.ts";
import { DVD_RETURNS, RETURN_ORDERS, VENDOR_RETURNS } from "./methods-returns.ts";
import { INVENTORY, MARKET_STOCK } from "./methods-stock.ts";
import { OAUTH } from "./oauth.ts";
import type { Mode } from "./types.ts";

export interface Offered {
  version: string;
  methods: Service;
  /** Only for suppliers who work that way. */
  modes?: readonly Mode[];
  /** Needs no token. */
  isPublic?: boolean;
}

const supplied: readonly Mode[] = ["jit", "jitx", "dvd"];

export const SERVICES: Readonly<Record<string, Offered>> = {
  "vipapis.delivery.JitDeliveryService": { version: "1.0.0", methods: { ...JIT, ...DELIVERIES }, modes: ["jit"] },
  "vipapis.jitx.JitXService": { version: "1.0.0", methods: JITX, modes: ["jitx"] },
  "vipapis.delivery.DvdDeliveryService": { version: "1.0.0", methods: { ...DVD, ...DVD_RETURNS }, modes: ["dvd"] },
  "vipapis.marketplace.delivery.SovDeliveryService": { version: "1.0.0", methods: MARKET, modes: ["mp"] },
  "vipapis.marketplace.inventory.InventoryService": { version: "1.0.0", methods: MARKET_STOCK, modes: ["mp"] },
  "vipapis.marketplace.price.PriceService": { version: "1.0.0", methods: MARKET_PRICES, modes: ["mp"] },
  "vipapis.marketplace.product.ProductService": { version: "1.0.0", methods: PRODUCTS, modes: ["mp"] },
  "vipapis.inventory.InventoryService": { version: "1.0.0", methods: INVENTORY, modes: supplied },
  "vipapis.price.JitPriceService": { version: "1.0.0", methods: PRICES, modes: supplied },
  "vipapis.product.VendorProductService": { version: "1.0.0", methods: CATALOGUE, modes: supplied },
  "vipapis.schedule.ScheduleService": { version: "1.0.1", methods: SCHEDULES },
  "vipapis.vreturn.VendorReturnService": { version: "1.0.0", methods: VENDOR_RETURNS, modes: supplied },
  "com.vip.isv.vreturn.ReturnOrderService": { version: "1.0.0", methods: RETURN_ORDERS, modes: supplied },
  "vipapis.finance.FastService": { version: "1.0.0", methods: FINANCE },
  "vipapis.fcs.ap.service.VspVendorBillAndDiscountService": { version: "1.1.0", methods: BILLS },
  "vipapis.oauth.OauthService": { version: "1.0.0", methods: OAUTH, isPublic: true },
  "vipapis.message.MessageService": { version: "1.0.0", methods: { publishMessage: () => true } },
};
