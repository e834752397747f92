"use client";

import { useTranslations } from "use-intl";
import { useTopologyLoaded } from "@/components/live/use-mesh.ts";
import { useIsStale, usePictureAgeS } from "@/components/live/use-stream-status.ts";
import { useAgo } from "@/components/ui/relative-time.tsx";
import { Tag } from "@/components/ui/tag.tsx";

/** Beside a heading: how old the figures under it are, once the engine no longer sends any. Nothing while they are live, or while there are none. */
export function StaleTag() {
  const t = useTranslations("common");
  const ago = useAgo();
  const isStale = useIsStale();
  const isLoaded = useTopologyLoaded();
  const ageS = usePictureAgeS();
  if (!isStale || !isLoaded || ageS === null) return null;
  return <Tag tone="warn">{t("stale", { age: ago(ageS * 1000) })}</Tag>;
}
