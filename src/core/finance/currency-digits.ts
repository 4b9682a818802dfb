/** Digits after the point of currencies, for statements that round. */
import { currencyDigits } from "../money.ts";

/** Units of account, which lists of currencies leave out. */
const UNITS = ["CLF", "UYI", "UYW"];

/** Currencies that have not two digits, as the JSON that `digitsOf` takes. */
export const ODD_DIGITS = JSON.stringify(
  [...new Set([...Intl.supportedValuesOf("currency"), ...UNITS])]
    .map((currency) => ({ currency, digits: currencyDigits(currency) }))
    .filter(({ digits }) => digits !== 2),
);

/** Expression: the digits of a currency. `parameter` is bound to `ODD_DIGITS`. */
export const digitsOf = (currency: string, parameter: string) =>
  `coalesce((select odd.digits from json_to_recordset(${parameter}::text::json) as odd(currency text, digits int) where odd.currency = ${currency}), 2)`;

/** The same for many rows, where the list is read once: a join that gives `odd.digits` of the currencies that have not two. */
export const joinDigits = (currency: string, parameter: string) =>
  `left join json_to_recordset(${parameter}::text::json) as odd(currency text, digits int) on odd.currency = ${currency}`;
export const JOINED_DIGITS = "coalesce(odd.digits, 2)";
