import { useTranslations } from "use-intl";

/** What a code of a proxy means in words; null for one that this console does not know. */
export function useCodeMeaning(): (code: string) => string | null {
  const t = useTranslations("codes");
  return (code) => {
    const key = code as "upstream.timeout";
    return t.has(key) ? t(key) : null;
  };
}
