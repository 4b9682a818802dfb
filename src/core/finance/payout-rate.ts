/** The rate at which a statement says that its sum became the payout in another currency. */
import { digitsOf } from "./currency-digits.ts";

/** Of a settlement: it states a rate that is a number. */
export const hasRate = (settlement: string) =>
  `coalesce(${settlement}.payout_rate ~ '^[0-9]{1,20}(\\.[0-9]{1,30})?$', false)`;

/** An amount at the rate of a settlement that has one, in the digits of the payout's currency. `parameter` is bound to `ODD_DIGITS`. */
export const atRate = (amount: string, settlement: string, parameter: string) =>
  `round(${amount} * ${settlement}.payout_rate::numeric, ${digitsOf(`${settlement}.payout_currency`, parameter)})`;
