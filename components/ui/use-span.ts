import { useTranslations } from "use-intl";
import { formatSpan } from "./format.ts";

/** A length of time in the operator's language: "58 min", "58 分钟". Measured latencies keep their symbols: `formatMs`. */
export function useSpan(): (ms: number) => string {
  const t = useTranslations("common.span");
  return (ms) => {
    const [value = "", unit = ""] = formatSpan(ms).split("\u00a0");
    return t(unit as "min", { value });
  };
}
