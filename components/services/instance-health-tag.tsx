"use client";

import { useTranslations } from "use-intl";
import { Tag, type Tone } from "@/components/ui/tag.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { useSpan } from "@/components/ui/use-span.ts";
import type { Instance } from "@/lib/client/index.ts";

const TONES: Readonly<Record<string, Tone>> = { ready: "ok", standby: "unknown", failing: "bad", ejected: "warn", unhealthy: "bad" };

/** How an instance stands; one that is out says for how long still. */
export function InstanceHealthTag({ instance }: { readonly instance: Pick<Instance, "health" | "ejectedUntil" | "history"> }) {
  const t = useTranslations("instances");
  const span = useSpan();
  const nowMs = useNow();
  const { ejectedUntil, health } = instance;
  const leftMs = ejectedUntil === null ? 0 : Date.parse(ejectedUntil) - nowMs;
  const last = instance.history[0]?.reason;
  return (
    <Tag tone={TONES[health] ?? "unknown"} {...(last !== undefined && { title: last })}>
      <span className="tabular-nums" suppressHydrationWarning>
        {health === "ejected" && leftMs > 0 ? t("ejectedFor", { left: span(leftMs) }) : t(`health.${health}`)}
      </span>
    </Tag>
  );
}
