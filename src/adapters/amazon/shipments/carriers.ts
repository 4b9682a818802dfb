/**
 * Carriers by the platform's codes, which have to be matched to the letter. Its whole list is not published with the models:
 * these two stand in them, and any other carrier goes as `Other` with its name, or by a code after `platform:`.
 */
import { type Carrier, carrierTable } from "../../../core/carriers.ts";

const KNOWN: readonly Carrier[] = [
  { code: "ups", externalCode: "UPS", name: "UPS" },
  { code: "fedex", externalCode: "FedEx", name: "FedEx" },
];
/** Names that parcels bear; their codes are not known. */
const NAMED: readonly Carrier[] = [
  { code: "dhl", externalCode: "Other", name: "DHL" },
  { code: "dpd", externalCode: "Other", name: "DPD" },
  { code: "usps", externalCode: "Other", name: "USPS" },
  { code: "royal_mail", externalCode: "Other", name: "Royal Mail" },
];

export const CARRIERS = { ...carrierTable([...KNOWN, ...NAMED]), list: carrierTable(KNOWN).list };

/** How a call names a carrier. */
export function carrierIn(carrier: string): { carrierCode: string; carrierName?: string } {
  const known = CARRIERS.find(carrier);
  if (known && known.externalCode !== "Other") return { carrierCode: known.externalCode };
  if (carrier.startsWith("platform:")) return { carrierCode: carrier.slice("platform:".length) };
  return { carrierCode: "Other", carrierName: known?.name ?? carrier };
}
