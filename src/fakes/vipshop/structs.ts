/** Structs inside arguments, as the vendor declares them: `!` marks what is required. */

export const STRUCTS: Readonly<Record<string, string>> = {
  "delivery.AuditReturnResultRequest":
    "vendor_id!:i64 order_id!:string order_return_id!:string vendor_audit_stat!:i32 vendor_audit_opinion:string",
  "delivery.ConfirmDeliveryInfoRequest":
    "vendor_id!:string storage_no!:string carrier_code!:string delivery_no!:string delivery_method!:string",
  "delivery.ConfirmRefuseResultRequest":
    "vendor_id!:i32 order_id!:string carrier_code!:string carrier_name!:string delivery_no!:string note:string goods_list!:list<delivery.RefuseGoods>",
  "delivery.ConfirmReturnOrderRequest":
    "vendor_id!:i32 order_id!:string carrier_code:string carrier_name!:string delivery_no!:string note:string goods_list!:list<delivery.ReturnGoods>",
  "delivery.ConfirmReturnResultRequest":
    "vendor_id!:i32 order_id!:string carrier_code:string carrier_name!:string delivery_no!:string note:string goods_list!:list<delivery.ReturnGoods>",
  "delivery.CreateMultiPoDeliveryRequest":
    "vendor_id!:i32 po_no!:string delivery_no!:string warehouse!:enum.Warehouse delivery_time!:string arrival_time!:string carrier_code!:string delivery_method!:string store_sn:string jit_type:i32",
  "delivery.Delivery": "vendor_type!:string barcode!:string box_no!:string pick_no:string amount!:i32 po_no:string",
  "delivery.DeliveryGoods":
    "vendor_type!:string barcode!:string box_no!:string pick_no!:string amount!:i32 po_no!:string",
  "delivery.DeliveryGoodsRequest":
    "vendor_id!:i32 po_no!:string delivery_no!:string warehouse!:string arrival_time!:string carrier_code!:string carrier_name!:string delivery_method!:string delivery_time!:string store_sn:string jit_type:i32 delivery_list!:list<delivery.DeliveryGoods>",
  "delivery.DeliveryTraceInfoRequest": "vendor_id!:i32 storage_no!:string",
  "delivery.EditMultiPoDeliveryRequest":
    "vendor_id!:i32 storage_no!:string delivery_no:string warehouse:enum.Warehouse delivery_time:string arrival_time:string carrier_code:string delivery_method:string store_sn:string",
  "delivery.GetActualStorageInfoRequest": "vendor_id!:i32 storage_no!:string page:i32 limit:i32",
  "delivery.GetCarrierListRequest": "vendor_id!:string carrier_code:string carrier_name:string page:i32 limit:i32",
  "delivery.GetMultiPoPickDetailRequest": "vendor_id!:i32 pick_no!:string co_mode:string page:i32 limit:i32",
  "delivery.GetPickFinancialDataRequest": "vendor_id!:i32 po_no!:string pick_no!:string page:i32 limit:i32",
  "delivery.GetSkuPriceRequest":
    "vendor_id!:i32 po_no!:string barcodes!:list<string> effective_time:string schedule_id:i64",
  "delivery.Package": "package_product_list!:list<delivery.PackageProduct> transport_no!:string",
  "delivery.PackageProduct": "barcode!:string amount!:i32",
  "delivery.RefuseGoods": "barcode!:string amount!:i32",
  "delivery.RefuseOrReturnOrder":
    "order_id!:string carrier_name!:string transport_no!:string refuse_or_return_product_list!:list<delivery.RefuseOrReturnProduct>",
  "delivery.RefuseOrReturnProduct": "barcode:string amount:i32",
  "delivery.ReturnGoods": "barcode!:string product_name!:string amount!:i32",
  "delivery.ReturnOrderDetailsRequest": "vendor_id!:i32 order_id:string order_return_id:string",
  "delivery.Ship":
    "order_id!:string carrier_code!:string carrier_name!:string package_type!:string packages!:list<delivery.Package> error_msg:string",
  "fcs.ap.service.BillAndDiscountDetailRealTimeReqItem":
    "pager:fcs.ap.service.Pager vendorCode!:string po:string stQueryTime!:i64 etQueryTime!:i64",
  "fcs.ap.service.BillAndDiscountDetailReqItem":
    "pager:fcs.ap.service.Pager vendorCode!:string po:string stQueryTime!:i64 etQueryTime!:i64 billNumber:string billStatusFlag:string headerIds:list<i64>",
  "fcs.ap.service.Pager": "page:i32 size:i32",
  "finance.FinancialDetailRequest":
    "vendor_id!:i32 order_id:list<string> st_query_time:string et_query_time:string page:i32 limit:i32",
  "finance.GetPoFinancialDetailRequest":
    "vendor_id!:i32 po_no:string st_query_time!:i64 et_query_time!:i64 page:i32 limit:i32",
  "inventory.GetCooperationNoListRequest": "vendor_id!:i32 cooperation_no:i32 warehouse:string page:i32 limit:i32",
  "inventory.GetScheduleSkuListCriteria":
    "vendor_id!:i32 cooperation_no:i32 warehouse:string start_query:i64 end_query:i64 business_type:i32",
  "inventory.InventoryCancelledOrdersRequest":
    "vendor_id!:i64 brand_id:i64 st_query_time!:i64 et_query_time!:i64 limit:i32 page:i32 cooperation_no:i32 extendParams:set<string>",
  "inventory.InventoryDeductOrdersRequest": "vendor_id!:i64 pick_no!:string po_no!:string limit:i32 page:i32",
  "inventory.InventoryOccupiedOrdersRequest":
    "vendor_id!:i64 brand_id:i64 st_query_time!:i64 et_query_time!:i64 limit:i32 page:i32 cooperation_no:i32 extendParams:set<string>",
  "inventory.UpdateSkuInventoryRequest":
    "vendor_id!:i32 cooperation_no:i32 warehouse:string barcode!:string quantity!:i32 batch_no!:string circuit_break_ack_flag:i32 sync_mode:i32 area_warehouse_id:string",
  "isv.vreturn.GetReturnOrderRequest": "vendor_id!:i32 return_sn!:string page:i32 limit:i32",
  "jitx.FeedbackDeliveryResult": "order_sn!:string feedback_status!:string warehouse:string",
  "jitx.FeedbackDeliveryResultRequest": "vendor_id!:i32 results!:list<jitx.FeedbackDeliveryResult>",
  "jitx.GetDeliveryOrdersRequest":
    "vendor_id!:i32 start_time!:i64 end_time!:i64 status_list:list<string> page:i32 limit:i32",
  "jitx.GetOrderLabelRequest": "vendor_id!:i32 print_details!:list<jitx.PrintDetail>",
  "jitx.GetOrdersByOrderSnRequest": "vendor_id!:i32 order_sns!:list<string>",
  "jitx.GetOrdersRequest":
    "vendor_id!:i32 order_status:list<string> start_time!:i64 end_time!:i64 page:i32 limit:i32 cooperation_nos:list<string> delivery_warehouse_codes:list<string>",
  "jitx.GetTransportNosRequest": "vendor_id!:i32 order_sn!:string carrier_code!:string limit:i32",
  "jitx.GetWarehousesRequest": "vendor_id!:i32",
  "jitx.Package": "box_no!:i32 oqc_date!:i64 transport_no!:string package_no!:string details!:list<jitx.PackageDetail>",
  "jitx.PackageDetail": "barcode!:string quantity!:i32",
  "jitx.PrintDetail":
    "order_sn!:string transport_no!:string box_no!:i32 carrier_code!:string total_package!:i32 goods_info!:list<string>",
  "jitx.Ship": "order_sn!:string delivery_warehouse!:string total_package!:i32 packages!:list<jitx.Package>",
  "jitx.ShipRequest": "vendor_id!:i32 ships!:list<jitx.Ship>",
  "marketplace.delivery.AuditCancelApplyRequest": "apply_sn!:string audit_status!:i32 opinion:string",
  "marketplace.delivery.BatchGetCancelInfoRequest":
    "order_id:string apply_sn:string audit_status:i32 start_time:string end_time:string page:i32 limit:i32",
  "marketplace.delivery.EditedPackage": "transport_no!:string old_transport_no!:string",
  "marketplace.delivery.EditedShipInfo":
    "order_id!:string carrier_code!:string carrier_name!:string package_type!:i32 create_by:string edited_packages!:list<marketplace.delivery.EditedPackage>",
  "marketplace.delivery.ExportOrderByIdRequest": "order_ids:list<string>",
  "marketplace.delivery.GetCancelInfoRequest": "order_id:string apply_sn:string audit_status:i32",
  "marketplace.delivery.GetOrderStatusByIdRequest": "order_ids!:set<string>",
  "marketplace.delivery.GetOrdersRequest":
    "status:set<string> order_ids:set<string> is_export:string query_start_time:string query_end_time:string date_type:i32 limit:i32 page:i32",
  "marketplace.delivery.ShipInfo":
    "order_id!:string carrier_code:string carrier_name:string package_type!:i32 packages:list<marketplace.delivery.ShipPackage> shipping_method:i32",
  "marketplace.delivery.ShipPackage":
    "transport_no!:string package_product_list!:list<marketplace.delivery.ShipPackageProduct> carrier_code:string",
  "marketplace.delivery.ShipPackageProduct": "sku_id!:string amount!:i32",
  "marketplace.delivery.ShipRequest": "ships:list<marketplace.delivery.ShipInfo>",
  "marketplace.inventory.GetSkuStockRequest": "sku_id!:string",
  "marketplace.inventory.IncreaseSkuStockRequest": "sku_id!:string quantity!:i32 warehouse:string batch_no!:string",
  "marketplace.inventory.UpdateSkuStockRequest": "sku_id!:string quantity!:i32 warehouse:string",
  "marketplace.product.GetProductRequest":
    "spu_id:string outer_spu_id:string shelf_status:string audit_status:string limit:i32 page:i32 first_category_id:i32 second_category_id:i32 third_category_id:i32",
  "marketplace.product.OffShelfProduct": "spu_ids!:set<string> off_shelf_reason!:i32",
  "marketplace.product.OnShelfProduct": "spu_ids!:set<string>",
  "oauth.RefreshTokenRequest":
    "refresh_token!:string client_id!:string client_secret!:string request_client_ip!:string",
  "price.ConfirmPriceApplicationRequest": "vendor_id!:i32 application_id!:string",
  "price.GetPriceApplicationRequest": "application_id!:string vendor_id!:i32 page:i32 limit:i32",
  "price.GetPriceApplicationStatusRequest": "vendor_id!:i32 application_id_list!:list<string>",
  "price.SubmitPriceApplicationDetail":
    "barcode!:string sale_price!:double market_price:double gross_margin:double bill_tax_price:double bill_currency:string extra_discount_type:byte",
  "price.SubmitPriceApplicationRequest":
    "application_id!:string effective_start_time!:i64 effective_end_time:i64 memo:string vendor_id!:i32 cooperation_nos!:list<string> price_details!:list<price.SubmitPriceApplicationDetail>",
  "price.UpdatePriceApplicationDetail":
    "barcode!:string osn:string po_no:string sale_price:double market_price:double bill_tax_price:double withdraw:string extra_discount_type:string exception_remark:string",
  "price.UpdatePriceApplicationRequest":
    "application_id!:string vendor_id!:i32 price_details!:list<price.UpdatePriceApplicationDetail>",
};

/** Values travel as names. */
export const ENUMS: Readonly<Record<string, string>> = {
  Warehouse:
    "VIP_NH VIP_SH VIP_CD VIP_BJ VIP_HZ VIP_HH VIP_ZZ VIP_SE VIP_JC VIP_DA VIP_MRC VIP_ZZKG VIP_GZNS VIP_CQKG VIP_SZGY VIP_FZPT VIP_QDHD HT_GZZY HT_GZFLXY VIP_NBJCBS HT_NBYC HT_HZHD HT_JPRT HT_AUXNXY HT_USALATM HT_USANYTM HT_SZQHBH FJFZ PJ_ZJHZ HNZZ SXXA LNSY YNKM GZGY NMGHHHT SDJN XJWLMQ HLJHEB GXNN SXTY AHHF VIP_HK VIP_TYO VIP_NYC VIP_PAR VIP_SEL VIP_SYD VIP_LON VIP_FRA VIP_MIL VIP_SY VIP_KTNH VIP_XA",
  OrderStatus:
    "STATUS_0 STATUS_1 STATUS_10 STATUS_11 STATUS_12 STATUS_13 STATUS_14 STATUS_20 STATUS_21 STATUS_22 STATUS_23 STATUS_24 STATUS_25 STATUS_28 STATUS_30 STATUS_31 STATUS_40 STATUS_41 STATUS_42 STATUS_44 STATUS_45 STATUS_46 STATUS_47 STATUS_48 STATUS_49 STATUS_51 STATUS_52 STATUS_53 STATUS_54 STATUS_55 STATUS_56 STATUS_57 STATUS_58 STATUS_59 STATUS_60 STATUS_61 STATUS_70 STATUS_71 STATUS_72 STATUS_96 STATUS_97 STATUS_98 STATUS_99 STATUS_100 STATUS_117 STATUS_118 STATUS_119 STATUS_300",
  ProductStatus:
    "MASTER_DRAFT MASTER_PENDING MASTER_PASS MASTER_REJECT SALE_DRAFT SALE_PENDING SALE_PASS SALE_REJECT DEFAULT DRAFT PENDING PASS REJECT DELETED OUTSALE HIDDEN",
};
