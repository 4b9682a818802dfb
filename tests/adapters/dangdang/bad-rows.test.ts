/** One bad row of each list that is read: it stops no other. */
import { XML } from "../../../src/adapters/dangdang/schemas.ts";
import { platform } from "../../conformance/platforms/dangdang.ts";
import { describeBadRows } from "../bad-rows.ts";

describeBadRows({
  platform,
  parse: XML.parse,
  build: (value) => `<?xml version="1.0" encoding="GBK"?>\n${XML.build(value as Record<string, unknown>)}`,
  lists: {
    orders: { id: ["orderID"], code: ["orderState"] },
    listings: { id: ["itemID"], code: ["itemState"] },
    disputes: {
      id: ["returnExchangeCode", "sourceId"],
      code: ["returnExchangeStatus", "refundType"],
      isNamedOtherwise: true,
    },
  },
});
