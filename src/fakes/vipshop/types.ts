/** What a supplier's account holds. Times are whole seconds, amounts whole fen, ids text. */

import type { Row } from "../bare-json.ts";

export type Mode = "jit" | "jitx" | "dvd" | "mp";

/** A campaign (档期), or a co-operation that runs on (常态). */
export interface Schedule {
  id: number;
  name: string;
  cooperationNo: number;
  warehouse: string;
  start: number;
  end: number;
  isNormal: boolean;
  offers: Map<string, Offer>;
  po: Po;
}

/** A barcode in a co-operation and a warehouse: what is sold there. */
export interface Offer {
  sku: Sku;
  schedule: Schedule;
  leaving: number;
  hold: number;
  /** The next write wants an acknowledgement. */
  isBroken: boolean;
  changed: number;
}

/** A style; `status` is a name of the vendor's list. */
export interface Product {
  sn: string;
  name: string;
  brandId: number;
  status: string;
  skus: Sku[];
  /** Only in the marketplace. */
  shop: { spuId: string; shelf: string; audit: string } | null;
}

export interface Sku {
  barcode: string;
  product: Product;
  size: string;
  marketPrice: number;
  sellPrice: number;
  /** What the platform pays for a piece. */
  supplyPrice: number;
  /** In the marketplace. */
  skuId: string;
  stock: number;
  hold: number;
  offers: Offer[];
}

export interface Po {
  no: string;
  schedule: Schedule;
  created: number;
}

/** A consumer's order behind a purchase order. */
export interface Consumer {
  /** Of the reservation, and of the order. */
  occupiedSn: string;
  orderSn: string;
  offer: Offer;
  count: number;
  /** `ordered`: it became an order with the platform's waybill. */
  state: "held" | "due" | "picked" | "ordered" | "cancelled";
  created: number;
  changed: number;
  pick: Pick | null;
}

export interface PickLine {
  sku: Sku;
  count: number;
  delivered: number;
}

export interface Pick {
  no: string;
  po: Po;
  created: number;
  lines: PickLine[];
  exportCount: number;
  exported: number | null;
}

export interface Box {
  pick: Pick;
  sku: Sku;
  boxNo: string;
  amount: number;
}

export interface Delivery {
  id: string;
  storageNo: string;
  /** The waybill. */
  deliveryNo: string;
  po: Po;
  warehouse: string;
  carrierCode: string;
  carrierName: string;
  method: string;
  /** Planned. */
  departs: string;
  arrives: string;
  created: number;
  boxes: Box[];
  /** Confirmed, and arrived. */
  out: number | null;
  arrived: number | null;
  /** Pieces that were counted, by pick and barcode. */
  counted: { box: Box; actual: number; back: number }[] | null;
  traces: { at: number; text: string }[];
}

export interface Line {
  sku: Sku;
  count: number;
  /** Of one piece. */
  price: number;
  offer: Offer | null;
}

export interface Parcel {
  carrierCode: string;
  carrierName: string;
  number: string;
  pieces: { key: string; count: number }[];
}

/** An order that goes to a buyer. */
export interface Order {
  sn: string;
  mode: "jitx" | "dvd" | "mp";
  number: number;
  /** `10`, `97_10` …; in direct delivery the bare number. */
  status: string;
  lines: Line[];
  freight: number;
  discount: number;
  /** The platform's part. */
  platformDiscount: number;
  created: number;
  /** When it came to the supplier. */
  entered: number;
  modified: number;
  warehouse: string;
  carrierCode: string;
  carrierName: string;
  /** Waybill numbers that the platform gave. */
  granted: Set<string>;
  parcels: Parcel[];
  isExported: boolean;
  isHeld: boolean;
  buyer: { name: string; mobile: string; street: string };
  remark: string;
}

/** An order that looks for a warehouse. */
export interface Search {
  order: Order;
  /** 1 waits, 2 accepted, 3 refused. */
  status: "1" | "2" | "3";
  remark: string;
  warehouses: string[];
  changed: number;
}

/** Goods that come back to the supplier. */
export interface VendorReturn {
  sn: string;
  warehouse: string;
  type: number;
  payType: number;
  created: number;
  out: number | null;
  lines: { orderSn: string; po: Po; sku: Sku; count: number; grade: number; box: string }[];
}

export interface DvdReturn {
  id: string;
  order: Order;
  /** 0 refused, 1 customer's return, 2 cancelled. */
  type: 0 | 1 | 2;
  needsAudit: boolean;
  audited: number | null;
  reason: string;
  at: number;
  carrier: string;
  number: string;
  refund: number;
  line: Line;
  isConfirmed: boolean;
}

export interface CancelApply {
  sn: string;
  order: Order;
  /** 1 waits, 2 agreed, 3 refused, 4 closed. */
  status: 1 | 2 | 3 | 4;
  opinion: string;
  created: number;
  isSystem: boolean;
}

export interface PriceApplication {
  id: string;
  status: string;
  exception: string;
  start: number;
  end: number;
  cooperationNos: string[];
  memo: string;
  details: Map<string, Row>;
}

/** One line of the money, on a bill once it is closed. */
export interface Fee {
  id: bigint;
  type: string;
  sign: 1 | -1;
  isDiscount: boolean;
  orderSn: string;
  sku: Sku;
  schedule: Schedule;
  count: number;
  /** At which it was sold, and what the supplier gets or pays, without tax and with. */
  salePrice: number;
  net: number;
  gross: number;
  at: number;
  billNo: string | null;
}
