"use client";

import Link from "next/link";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useKnownMesh } from "@/components/live/use-known-mesh.ts";
import { Card } from "@/components/shell/page.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import type { EvidenceFact } from "@/lib/client/index.ts";
import { matrixLink } from "./matrix-link.ts";
import { type WithdrawableFact, WithdrawButton } from "./withdraw-button.tsx";
import { WithdrawDialog } from "./withdraw-dialog.tsx";

const SHOWN_MAX = 20;

/** What keeps versions of one service apart, of the services named or of all: whether they run side by side, and whether one reads what the other stored. */
export function WithinCard({ services }: { readonly services: readonly string[] | null }) {
  const t = useTranslations("evidence.within");
  const { facts } = useKnownMesh();
  const [withdrawing, setWithdrawing] = useState<WithdrawableFact | null>(null);
  const within = facts.filter(
    ({ consumer, provider }) => consumer.service === provider.service && (services === null || services.includes(consumer.service)),
  );
  if (services === null && within.length === 0) return null;
  return (
    <Card title={t("title")} aside={<span className="text-ink-3">{t("aside")}</span>}>
      {within.length === 0 ? (
        <p className="text-ink-2">{t("none")}</p>
      ) : (
        <ul className="grid">
          {within.slice(0, SHOWN_MAX).map((fact) => (
            <Row key={fact.id} fact={fact} onWithdraw={setWithdrawing} />
          ))}
        </ul>
      )}
      {services !== null && (
        <p className="mt-2.5 flex flex-wrap gap-x-4 gap-y-1">
          {services.map((service) => (
            <Link
              key={service}
              href={matrixLink(service, service)}
              className="inline-flex min-h-6 items-center text-sm text-accent hover:underline"
            >
              {t("open", { service })}
            </Link>
          ))}
        </p>
      )}
      {withdrawing !== null && <WithdrawDialog fact={withdrawing} onClose={() => setWithdrawing(null)} />}
    </Card>
  );
}

function Row({ fact, onWithdraw }: { readonly fact: EvidenceFact; readonly onWithdraw: (fact: WithdrawableFact) => void }) {
  const t = useTranslations("compatibility.pair");
  const { constraint, consumer, id, provider, sentence, verdict } = fact;
  return (
    <li className="grid gap-1 border-t border-line py-2.5 first:border-t-0 first:pt-0">
      <span className="flex flex-wrap items-center gap-2">
        <Link
          href={matrixLink(consumer.service, provider.service, { consumer: consumer.version, provider: provider.version })}
          className="mono hover:underline"
        >
          {consumer.service} {consumer.version} <span className="text-ink-3">×</span> {provider.version}
        </Link>
        <Tag tone={verdict === "compatible" ? "ok" : "bad"}>{t(`about.${constraint}`)}</Tag>
        <WithdrawButton fact={{ id, sentence }} onWithdraw={onWithdraw} />
      </span>
      <span className="break-words text-ink-2">{sentence}</span>
    </li>
  );
}
