import { useTranslations } from "use-intl";

/** What the code of a refusal means, in the language shown; null for one that this console does not know: the engine's own title stands then. */
export function useProblemTitle(): (code: string) => string | null {
  const t = useTranslations("problems");
  return (code) => {
    const key = code as "compatibility.refused";
    return t.has(key) ? t(key) : null;
  };
}
