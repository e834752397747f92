import { formatCount } from "@/components/ui/format.ts";

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** Up to that many digits a count is read digit by digit. */
const DIGITS_MAX = 9;

/** A count of any size, given in decimal: "48", "1 240", "3.2 × 10¹⁴". */
export function formatBig(decimal: string): string {
  if (decimal.length <= DIGITS_MAX) return formatCount(Number(decimal));
  const rounded = Math.round(Number(decimal.slice(0, 3)) / 10);
  const exponent = decimal.length - 1 + (rounded === 100 ? 1 : 0);
  const digits = [...String(exponent)].map((digit) => SUPERSCRIPT[Number(digit)]).join("");
  return `${((rounded === 100 ? 10 : rounded) / 10).toFixed(1)}\u00a0×\u00a010${digits}`;
}
