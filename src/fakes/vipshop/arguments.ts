/** Arguments of the services, as the vendor declares them: `!` marks what is required. */

/** By service and method. */
export const ARGUMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "vipapis.jitx.JitXService": {
    feedbackDeliveryResult: "request!:jitx.FeedbackDeliveryResultRequest",
    getDeliveryOrders: "request!:jitx.GetDeliveryOrdersRequest",
    getOrderLabel: "request!:jitx.GetOrderLabelRequest",
    getOrders: "request!:jitx.GetOrdersRequest",
    getOrdersByOrderSn: "request!:jitx.GetOrdersByOrderSnRequest",
    getPrintTemplate: "request!:jitx.GetOrderLabelRequest",
    getTransportNos: "request!:jitx.GetTransportNosRequest",
    getWarehouses: "request!:jitx.GetWarehousesRequest",
    ship: "request!:jitx.ShipRequest",
  },
  "vipapis.inventory.InventoryService": {
    getAdvisedSkuList: "vendor_id!:i32 cooperation_no!:i32 warehouse!:string",
    getCooperationNoList: "getCooperationNoListRequest:inventory.GetCooperationNoListRequest",
    getDeductOrderDetail: "inventoryDeductOrdersRequest:inventory.InventoryDeductOrdersRequest",
    getInventoryCancelledOrders: "inventoryCancelledOrdersRequest:inventory.InventoryCancelledOrdersRequest",
    getInventoryDeductOrders: "inventoryDeductOrdersRequest:inventory.InventoryDeductOrdersRequest",
    getInventoryOccupiedOrders: "inventoryOccupiedOrdersRequest:inventory.InventoryOccupiedOrdersRequest",
    getSkuList: "criteria!:inventory.GetScheduleSkuListCriteria page:i32 limit:i32",
    getSkuStock: "vendor_id!:i32 cooperation_no:i32 warehouse:string barcode!:string area_warehouse_id:string",
    updateInventory: "request!:inventory.UpdateSkuInventoryRequest",
  },
  "vipapis.price.JitPriceService": {
    confirmPriceApplication: "request!:price.ConfirmPriceApplicationRequest",
    createPriceApplicationId: "vendor_id!:i32",
    getPriceApplication: "request!:price.GetPriceApplicationRequest",
    getPriceApplicationStatus: "request!:price.GetPriceApplicationStatusRequest",
    submitPriceApplication: "request!:price.SubmitPriceApplicationRequest",
    updatePriceApplication: "request!:price.UpdatePriceApplicationRequest",
  },
  "vipapis.vreturn.VendorReturnService": {
    getReturnDetail:
      "vendor_id!:i32 warehouse!:enum.Warehouse return_sn:string out_time_start:string out_time_end:string page:i32 limit:i32",
    getReturnInfo:
      "vendor_id!:i32 warehouse!:enum.Warehouse return_sn:string st_create_time:string ed_create_time:string page:i32 limit:i32",
  },
  "com.vip.isv.vreturn.ReturnOrderService": {
    getReturnOrder: "request!:isv.vreturn.GetReturnOrderRequest",
  },
  "vipapis.schedule.ScheduleService": {
    getSchedules:
      "warehouse:enum.Warehouse start_date!:string end_date!:string schedule_id:string channel_id:string page:i32 limit:i32",
  },
  "vipapis.oauth.OauthService": {
    refreshToken: "request!:oauth.RefreshTokenRequest",
  },
  "vipapis.message.MessageService": {
    publishMessage: "vendor_id:i32 vendor_code:i32 subject!:string message_content!:string",
  },
  "vipapis.delivery.JitDeliveryService": {
    confirmDelivery: "vendor_id!:i32 storage_no!:string po_no:string store_sn:string",
    confirmDeliveryInfo: "confirmRequest!:delivery.ConfirmDeliveryInfoRequest",
    createDelivery:
      "vendor_id!:i32 po_no!:string delivery_no!:string warehouse!:enum.Warehouse delivery_time:string arrival_time!:string race_time:string carrier_name!:string tel:string driver:string driver_tel:string plate_number:string page:i32 limit:i32 delivery_method:string store_sn:string carrier_code!:string jit_type:i32",
    createMultiPoDelivery: "createMultiPoDeliveryRequest!:delivery.CreateMultiPoDeliveryRequest",
    createPick: "po_no!:string vendor_id!:i32 co_mode:string warehouse:string store_sn:string",
    deleteDeliveryDetail: "vendor_id!:i32 storage_no!:string po_no:string",
    deliveryGoods: "request!:delivery.DeliveryGoodsRequest",
    editDelivery:
      "vendor_id!:i32 storage_no!:string delivery_no:string warehouse!:enum.Warehouse delivery_time!:string arrival_time:string race_time!:string carrier_name:string tel:string driver:string driver_tel:string plate_number:string page:i32 limit:i32 delivery_method:string store_sn:string carrier_code!:string",
    editMultiPoDelivery: "editMultiPoDeliveryRequest!:delivery.EditMultiPoDeliveryRequest",
    getActualStorageInfo: "request!:delivery.GetActualStorageInfoRequest",
    getCarrierList: "carrierRequest!:delivery.GetCarrierListRequest",
    getDeliveryGoods: "vendor_id!:string storage_no!:string page:i32 limit:i32",
    getDeliveryList:
      "vendor_id!:string po_no:string delivery_no:string warehouse:enum.Warehouse out_flag:string st_out_time:string et_out_time:string st_estimate_arrive_time:string et_estimate_arrive_time:string st_arrive_time:string et_arrive_time:string page:i32 limit:i32 store_sn:string storage_no:string",
    getDeliveryTraceInfo: "request!:delivery.DeliveryTraceInfoRequest",
    getMultiPoPickDetail: "getPickDetailRequest!:delivery.GetMultiPoPickDetailRequest",
    getPickDetail: "po_no!:string vendor_id!:i32 pick_no!:string page:i32 limit:i32 co_mode:string",
    getPickFinancialData: "request!:delivery.GetPickFinancialDataRequest",
    getPickList:
      "vendor_id!:i32 po_no:string pick_no:string warehouse:enum.Warehouse co_mode:string order_cate:string st_create_time:string et_create_time:string st_sell_time_from:string et_sell_time_from:string st_sell_time_to:string et_sell_time_to:string is_export:i32 page:i32 limit:i32 store_sn:string",
    getPoList:
      "st_create_time:string et_create_time:string warehouse:enum.Warehouse po_no:string co_mode:string vendor_id!:string st_sell_st_time:string et_sell_st_time:string st_sell_et_time:string et_sell_et_time:string page:i32 limit:i32 st_po_start_time:string et_po_start_time:string",
    getPoOrders:
      "warehouse:enum.Warehouse po_no:string co_mode:string vendor_id!:string st_sell_st_time:string et_sell_st_time:string page:i32 limit:i32 st_po_start_time:string et_po_start_time:string",
    getPoSkuList:
      "vendor_id!:i32 po_no!:string sell_site:string warehouse:enum.Warehouse order_status:string st_aduity_time:string et_aduity_time:string order_id:string pick_no:string delivery_no:string st_pick_time:string et_pick_time:string st_delivery_time:string et_delivery_time:string page:i32 limit:i32",
    getSkuPriceInfo: "request!:delivery.GetSkuPriceRequest",
    importDeliveryDetail:
      "vendor_id!:i32 po_no!:string storage_no!:string delivery_no:string store_sn:string delivery_list!:list<delivery.Delivery>",
    importMultiPoDeliveryDetail:
      "vendor_id!:i32 po_no!:string storage_no!:string store_sn:string delivery_list!:list<delivery.Delivery>",
  },
  "vipapis.finance.FastService": {
    getBasicPickFinancialData: "vendor_id!:i32 po_no!:string pick_no!:string page:i32 limit:i32",
    getDvdFinancialDetail: "detailRequest!:finance.FinancialDetailRequest",
    getOrderFinancialData: "vendor_id!:i32 order_ids!:list<string>",
    getPoFinancialDetail: "request!:finance.GetPoFinancialDetailRequest",
    getSaleDetailData: "vendor_id!:i32 po_no:string st_query_time!:i64 et_query_time!:i64 limit:i32 page:i32",
  },
  "vipapis.fcs.ap.service.VspVendorBillAndDiscountService": {
    getBillDiscountDetailPage: "reqItem:fcs.ap.service.BillAndDiscountDetailReqItem vendor_code!:string",
    getBillDiscountSourcePage: "reqItem:fcs.ap.service.BillAndDiscountDetailRealTimeReqItem vendor_code!:string",
    getBillGoodsDetailPage: "reqItem:fcs.ap.service.BillAndDiscountDetailReqItem vendor_code!:string",
    getBillGoodsSourcePage: "reqItem:fcs.ap.service.BillAndDiscountDetailRealTimeReqItem vendor_code!:string",
  },
  "vipapis.delivery.DvdDeliveryService": {
    auditReturnResult: "request:delivery.AuditReturnResultRequest",
    confirmRefuseResult: "request!:delivery.ConfirmRefuseResultRequest",
    confirmReturnOrder: "request:delivery.ConfirmReturnOrderRequest",
    confirmReturnResult: "request!:delivery.ConfirmReturnResultRequest",
    editShipInfo: "vendor_id!:i32 ship_list!:list<delivery.Ship>",
    exportOrderById: "vendor_id!:i32 order_id!:string",
    getCarrierList: "vendor_id!:string page:i32 limit:i32",
    getOrderDetail: "vendor_id!:i32 order_id!:string page:i32 limit:i32",
    getOrderFinancialFields: "vendor_id!:i32 order_id!:string po_no:string deduction_indicator!:i32 active_no:string",
    getOrderList:
      "st_add_time!:string et_add_time!:string order_status:enum.OrderStatus po_no:string order_id:string vendor_id!:string page:i32 limit:i32 sale_type:string",
    getOrderListByCreateTime:
      "st_create_time!:string et_create_time!:string order_status:enum.OrderStatus po_no!:string order_id:string vendor_id!:string page:i32 limit:i32",
    getOrderReturnDetails: "request:delivery.ReturnOrderDetailsRequest",
    getOrderReturnList:
      "st_time!:string et_time!:string vendor_id!:i64 order_id:string return_type:i32 page:i32 limit:i32",
    getOrderStatusById: "vendor_id!:i32 order_id!:string sale_type:string",
    getPrintTemplate: "vendor_id!:i32 print_type:string order_id!:string",
    getReturnList: "vendor_id!:i32 st_create_time!:string et_create_time!:string return_status:i32 page:i32 limit:i32",
    getReturnProduct: "vendor_id!:i32 back_sn!:string page:i32 limit:i32",
    mergeAfterSaleAddress: "vendor_id!:string username!:string address!:string postcode!:string tel!:string",
    refuseOrder: "vendor_id!:string refuse_product_list!:list<delivery.RefuseOrReturnOrder>",
    returnOrder: "vendor_id!:string dvd_return_list!:list<delivery.RefuseOrReturnOrder>",
    ship: "vendor_id!:i32 ship_list!:list<delivery.Ship>",
  },
  "vipapis.marketplace.delivery.SovDeliveryService": {
    auditCancelApply: "request!:marketplace.delivery.AuditCancelApplyRequest",
    batchGetCancelInfo: "request!:marketplace.delivery.BatchGetCancelInfoRequest",
    editShipInfo: "edited_ship_info!:marketplace.delivery.EditedShipInfo",
    exportOrderById: "request!:marketplace.delivery.ExportOrderByIdRequest",
    getCancelInfo: "request!:marketplace.delivery.GetCancelInfoRequest",
    getCarriers: "",
    getOrderDetail: "order_ids!:set<string>",
    getOrderStatusById: "request!:marketplace.delivery.GetOrderStatusByIdRequest",
    getOrders: "request!:marketplace.delivery.GetOrdersRequest",
    ship: "request!:marketplace.delivery.ShipRequest",
  },
  "vipapis.marketplace.inventory.InventoryService": {
    getSkuStock: "getSkuStockRequest:marketplace.inventory.GetSkuStockRequest",
    increaseSkuStock: "increaseSkuStockRequest!:marketplace.inventory.IncreaseSkuStockRequest",
    updateSkuStock: "updateSkuStockRequest:marketplace.inventory.UpdateSkuStockRequest",
  },
  "vipapis.marketplace.price.PriceService": {
    getSkuPrice: "sku_id!:string",
    updateSkuPrice: "sku_id!:string market_price!:double sale_price!:double",
  },
  "vipapis.marketplace.product.ProductService": {
    getProductById: "spu_id!:string",
    getProducts: "request!:marketplace.product.GetProductRequest",
    getSkuById: "sku_id!:string",
    offShelf: "offShelfProduct!:marketplace.product.OffShelfProduct",
    onShelf: "onShelfProduct!:marketplace.product.OnShelfProduct",
  },
  "vipapis.product.VendorProductService": {
    multiGetProductSkuInfo:
      "vendor_id!:i32 barcode:string brand_id:i32 category_id:i32 sn:string page:i32 limit:i32 source:i32",
    multiGetProductSpuInfo:
      "vendor_id!:i32 brand_id:i32 category_id:i32 sn:string status:enum.ProductStatus page:i32 limit:i32 source:i32",
  },
};
