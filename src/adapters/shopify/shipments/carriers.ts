/** Carriers whose name the platform makes a link of; spelling and capitals matter, and any other name may be given with a link. */
import { carrierTable } from "../../../core/carriers.ts";

export const CARRIERS = carrierTable([
  { code: "ups", externalCode: "UPS", name: "UPS" },
  { code: "usps", externalCode: "USPS", name: "USPS" },
  { code: "fedex", externalCode: "FedEx", name: "FedEx" },
  { code: "dhl", externalCode: "DHL Express", name: "DHL" },
  { code: "sf", externalCode: "SF Express", name: "SF Express" },
  { code: "china_post", externalCode: "China Post", name: "China Post" },
]);

/** The company as the platform writes it; a name of its own stands after `platform:`, and what nobody knows goes as it is. */
export const companyOf = (carrier: string | null): string | null =>
  carrier === null ? null : (CARRIERS.find(carrier)?.externalCode ?? carrier.replace(/^platform:/, ""));
