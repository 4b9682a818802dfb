/** Signatures that the vendor's own SDK makes. */
export const SECRET = "77780A5819EF3CFBA8F8E4A9C5D1B2E3";
export const TOKEN = { accessToken: "0F1E2D3C4B5A69788796A5B4C3D2E1F0" };
const DVD = "vipapis.delivery.DvdDeliveryService";
const system = (
  service: string,
  method: string,
  timestamp: string,
  rest: Record<string, string> = {},
): Record<string, string> => ({
  appKey: "a1b2c3d4",
  format: "JSON",
  version: "1.0.0",
  service,
  method,
  timestamp,
  ...rest,
});

export const VECTORS = [
  {
    example: "no arguments, no token",
    of: system(DVD, "healthCheck", "1768443630"),
    body: "{}",
    theirs: "79F9C2800F8E477F9EA1F36BD30ED8CB",
  },
  {
    example: "a struct, with a token",
    of: system("vipapis.jitx.JitXService", "getOrders", "1768443630", TOKEN),
    body: '{"request":{"vendor_id":550,"order_status":["10"],"start_time":1768441830,"end_time":1768443600,"page":1,"limit":100}}',
    theirs: "136CD9C844D9DCCF6F1658B49BB84081",
  },
  {
    example: "with a language",
    of: system("vipapis.inventory.InventoryService", "updateInventory", "1768443631", { ...TOKEN, language: "zh" }),
    body: '{"request":{"vendor_id":550,"cooperation_no":100123,"warehouse":"VIP_NH","barcode":"6901234567892","quantity":42,"batch_no":"inv-20260115-0001","sync_mode":0}}',
    theirs: "2E563401AA2DB149709A5D7A9BABABC0",
  },
  {
    example: "a body outside ASCII",
    of: system(DVD, "getOrderList", "1768443632"),
    body: '{"st_add_time":"2026-01-15 09:00:00","et_add_time":"2026-01-15 10:00:00","order_status":"STATUS_10","vendor_id":"550","page":1,"limit":50,"备注":"唯品会"}',
    theirs: "541C7D74E9E1DB418C6D4961D45C2966",
  },
];
