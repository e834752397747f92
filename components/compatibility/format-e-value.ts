const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** An e-value: 42, 8 × 10⁶. It is the weight of evidence against chance, so one digit is enough. */
export function formatEValue(e: number): string {
  if (!Number.isFinite(e)) return "∞";
  if (e < 1000) return e < 10 ? e.toFixed(1).replace(/\.0$/, "") : String(Math.round(e));
  const [mantissa = "", exponent = ""] = e.toExponential(0).split("e+");
  return `${mantissa}\u00a0×\u00a010${[...exponent].map((digit) => SUPERSCRIPTS[Number(digit)]).join("")}`;
}
