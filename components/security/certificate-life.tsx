"use client";

import { useTranslations } from "use-intl";
import { wholeLeft } from "@/components/ui/format.ts";
import { Tag } from "@/components/ui/tag.tsx";
import { useSpan } from "@/components/ui/use-span.ts";
import type { IssuedCertificate } from "./use-identities.ts";

/** How much of a certificate's life is left, as a bar that runs empty past the mark where proxies renew it, and in words. */
export function CertificateLife({ certificate, nowMs }: { readonly certificate: IssuedCertificate; readonly nowMs: number }) {
  const t = useTranslations("security.identities");
  const span = useSpan();
  const { connected, notAfter, notBefore, overdue } = certificate;
  if (nowMs === 0) return <span className="inline-block h-[17px] w-[150px]" />;
  const fromMs = Date.parse(notBefore);
  const toMs = Date.parse(notAfter);
  const leftMs = toMs - nowMs;
  const leftPart = Math.min(1, Math.max(0, leftMs / Math.max(1, toMs - fromMs)));
  const tone = overdue || leftMs <= 0 ? "var(--bad)" : leftPart < 0.5 || !connected ? "var(--warn)" : "var(--ok)";
  const left = leftMs > 0 ? t("left", { span: span(wholeLeft(leftMs)) }) : t("ended");
  return (
    <span className="flex items-center gap-2.5 whitespace-nowrap" title={t("lifeHint", { half: span((toMs - fromMs) / 2) })}>
      <span
        aria-hidden
        className="relative h-[5px] w-[88px] max-[1280px]:w-[52px] rounded-full bg-sunken shadow-[inset_0_0_0_1px_var(--line)]"
      >
        <span style={{ width: `${leftPart * 100}%`, background: tone }} className="absolute inset-y-0 left-0 rounded-full" />
        <span className="absolute -inset-y-[3px] left-1/2 w-px bg-ink-3" />
      </span>
      <span className="min-w-[78px] tabular-nums text-ink-2">{left}</span>
      {overdue && <Tag tone="bad">{t("overdue")}</Tag>}
    </span>
  );
}
