/** One bad row of each list that is read: it stops no other. */
import { parseWire } from "../../../src/core/wire.ts";
import type { JdFake } from "../../../src/fakes/jd/index.ts";
import { platform } from "../../conformance/platforms/jd.ts";
import { describeBadRows } from "../bad-rows.ts";

describeBadRows({
  platform,
  parse: (text) => parseWire(text).value,
  build: JSON.stringify,
  prepare(fake) {
    const { buyer, owner, orders } = fake as JdFake;
    for (const id of [...orders.keys()].slice(0, 3)) owner.claim(id);
    for (let count = 0; count < 2; count += 1) {
      buyer.order();
      buyer.pay(buyer.order({ type: 21, warehouse: "京仓订单" }));
    }
  },
  settings: { fbp_orders: "on", unpaid_orders: true },
  lists: {
    orders: { id: ["orderId"], code: ["orderState", "status"] },
    listings: { id: ["wareId"], code: ["wareStatus"], empty: ["recycled"] },
    disputes: { id: ["id", "serviceId", "compensateId"], code: ["status", "serviceStatus"] },
    settlements: { id: ["detailId"], code: ["feeType"] },
  },
});
