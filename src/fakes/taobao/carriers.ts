/** Carriers as `taobao.logistics.companies.get` lists them. */

export interface Carrier {
  id: number;
  code: string;
  name: string;
  /** What a number looks like. */
  pattern: string;
  /** Some take orders of the platform alone. */
  isOnlineOnly: boolean;
  isRecommended: boolean;
}

const ROWS: readonly (readonly [number, string, string, string, boolean?, boolean?])[] = [
  [505, "SF", "顺丰速运", "^SF[0-9]{13}$|^[0-9]{12}$", false, true],
  [100, "STO", "申通快递", "^[0-9]{12,15}$", false, true],
  [101, "YTO", "圆通速递", "^YT[0-9]{13}$|^[0-9]{10,18}$"],
  [500, "ZTO", "中通快递", "^[0-9]{12,15}$", false, true],
  [102, "YUNDA", "韵达快递", "^[0-9]{13,15}$"],
  [2, "EMS", "EMS", "^[A-Z]{2}[0-9]{9}[A-Z]{2}$|^[0-9]{13}$"],
  [1, "POSTB", "邮政快递包裹", "^[0-9]{13}$"],
  [1259, "JTSD", "极兔速递", "^JT[0-9]{13}$"],
  [107, "DBKD", "德邦快递", "^DPK[0-9]{12}$|^[0-9]{8,12}$"],
  [1500, "CNSD", "驿站速递", "^[0-9]{12}$", true],
  [-1, "OTHER", "其他", "^.{2,40}$"],
];

export const CARRIERS: readonly Carrier[] = ROWS.map(
  ([id, code, name, pattern, isOnlineOnly = false, isRecommended = false]) => ({
    id,
    code,
    name,
    pattern,
    isOnlineOnly,
    isRecommended,
  }),
);

export function findCarrier(code: string): Carrier | undefined {
  return CARRIERS.find((carrier) => carrier.code === code);
}

export function carrierName(code: string): string {
  return findCarrier(code)?.name ?? code;
}
