"use client";

import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { Tag } from "@/components/ui/tag.tsx";
import type { CompatibilityMatrix, Evidence } from "@/lib/client/index.ts";
import { toneOf } from "./evidence-timeline.tsx";
import { matrixLink } from "./matrix-link.ts";

type Contradiction = CompatibilityMatrix["contradictions"][number];

/** Two facts about one pair that cannot both be right: the one that counts, the one that says the opposite, and why. */
export function ContradictionItem({ contradiction, withPair }: { readonly contradiction: Contradiction; readonly withPair?: boolean }) {
  const t = useTranslations("evidence.contradictions");
  const kinds = useTranslations("compatibility.pair.kind");
  const { against, consumer, provider, stands } = contradiction;
  return (
    <li className="grid gap-1.5">
      <p className="flex items-start gap-2">
        <TriangleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0 text-warn" />
        <span className="min-w-0">
          {withPair && (
            <Link
              href={matrixLink(consumer.service, provider.service, { consumer: consumer.version, provider: provider.version })}
              className="mono mr-1.5 break-words hover:underline"
            >
              {consumer.service} {consumer.version} <span className="text-ink-3">×</span> {provider.service} {provider.version}
            </Link>
          )}
          <span className="text-ink-2">
            {stands.kind === against.kind ? t("same") : t("stronger", { strong: kinds(stands.kind), weak: kinds(against.kind) })}
          </span>
        </span>
      </p>
      <dl className="ml-[22px] grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 gap-y-1.5">
        <Side word={t("stands")} fact={stands} />
        <Side word={t("against")} fact={against} />
      </dl>
    </li>
  );
}

function Side({ word, fact }: { readonly word: string; readonly fact: Evidence }) {
  const kinds = useTranslations("compatibility.pair.kind");
  return (
    <>
      <dt className="grid content-start justify-items-start gap-0.5">
        <Tag tone={toneOf(fact)}>{kinds(fact.kind)}</Tag>
        <span className="text-xs text-ink-3">{word}</span>
      </dt>
      <dd className="min-w-0 break-words text-ink-2">{fact.sentence}</dd>
    </>
  );
}
