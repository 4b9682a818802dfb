/** One bad row of each list that is read: it stops no other. */
import { parseWire } from "../../../src/core/wire.ts";
import type { VipshopFake } from "../../../src/fakes/vipshop/index.ts";
import { platform } from "../../conformance/platforms/vipshop.ts";
import { describeBadRows } from "../bad-rows.ts";

describeBadRows({
  platform,
  parse: (text) => parseWire(text).value,
  build: JSON.stringify,
  orders: 60,
  settings: { reservations: true },
  prepare(fake) {
    const { buyer } = fake as VipshopFake;
    const [first = "", second = ""] = Array.from({ length: 5 }, () => buyer.reserve());
    for (const number of [first, second]) buyer.dropReservation(number);
  },
  lists: {
    orders: { id: ["order_id", "order_sn", "pick_no", "occupied_order_sn"], code: ["status", "order_status"] },
    listings: { id: ["spu_id", "barcode", "po_no"], code: ["shelf_status", "status"] },
    disputes: {
      id: ["apply_sn", "order_return_id", "return_sn"],
      code: ["audit_status", "status"],
      isNamedOtherwise: true,
    },
    settlements: {
      empty: ["open_discounts"],
      id: ["globalId", "transaction_id", "order_id"],
      code: ["detailLineType", "transaction_type"],
      isNamedOtherwise: true,
    },
  },
});
