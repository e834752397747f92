"use client";

import { useTranslations } from "use-intl";

/** Lets the keyboard jump over the navigation. */
export function SkipLink() {
  const t = useTranslations("shell");
  return (
    <a
      href="#content"
      className="fixed left-2 top-2 z-70 -translate-y-16 rounded-2 bg-accent px-3 py-1.5 font-[560] text-accent-ink focus:translate-y-0"
    >
      {t("skip")}
    </a>
  );
}
