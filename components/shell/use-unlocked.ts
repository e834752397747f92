"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "./api.ts";

/** Whether this browser may start and stop processes; undefined while nobody has answered. */
export function useUnlocked(): boolean | undefined {
  return useQuery({ ...queries.localToken(), refetchOnWindowFocus: true }).data?.unlocked;
}

/** For `whyNot` of a button that starts or stops processes: null when it may. */
export function useWhyLocked(): string | null {
  const t = useTranslations("unlock");
  return useUnlocked() === false ? t("whyNot") : null;
}
