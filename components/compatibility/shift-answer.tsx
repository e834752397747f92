"use client";

import { Check, CircleHelp, LoaderCircle, X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { useServices } from "@/components/live/use-services.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { Skeleton } from "@/components/ui/states.tsx";
import { VerdictTag } from "@/components/ui/tag.tsx";
import type { PairReason } from "@/lib/client/index.ts";
import { equalWeights } from "@/lib/model/index.ts";
import { ExposureChange } from "./exposure-change.tsx";
import { matrixLink } from "./matrix-link.ts";
import { shiftHeadline } from "./shift-headline.ts";
import type { AskedSplit } from "./shift-question.ts";
import { useShiftAnswer } from "./use-shift-answer.ts";

const LOOKS = {
  compatible: { Icon: Check, box: "bg-ok-soft", icon: "text-ok" },
  incompatible: { Icon: X, box: "bg-bad-soft", icon: "text-bad" },
  asking: { Icon: LoaderCircle, box: "bg-sunken", icon: "animate-spin text-ink-3" },
  unknown: { Icon: CircleHelp, box: "bg-sunken", icon: "text-unknown" },
} as const;

/** The engine's answer: yes, no or unknown, each pair with its way out, and what share of requests would meet one. */
export function ShiftAnswer({ question }: { readonly question: readonly AskedSplit[] }) {
  const t = useTranslations("compatibility.shift");
  const services = useServices();
  const { answer, error, isAskable, isAsking } = useShiftAnswer(question);
  if (!isAskable) return null;
  if (error) return <ProblemList error={error} title={t("refused")} />;
  if (!answer) return <Skeleton className="h-20" />;
  const isSame = question.every(({ service, weights }) =>
    equalWeights(weights, services.find((each) => each.name === service)?.weights ?? {}),
  );
  const headline = shiftHeadline({ answer, isAsking, isSame });
  const { Icon, box, icon } = LOOKS[isAsking ? "asking" : answer.verdict];
  return (
    <div aria-busy={isAsking} className={classNames("grid gap-3.5", isAsking && "[&>:not(p)]:opacity-50")}>
      {/* The sentence is said aloud, not the table beneath it. */}
      <p role="status" className={classNames("flex items-start gap-2.5 rounded-2 px-3.5 py-3 font-[560]", box)}>
        <Icon aria-hidden strokeWidth={2.4} className={classNames("mt-0.5 size-4 shrink-0", icon)} />
        {t(headline)}
      </p>
      <ExposureChange exposure={answer.exposure} />
      {answer.reasons.length > 0 && (
        <section aria-label={t("reasons")} className="grid gap-2">
          <h3>{t("reasons")}</h3>
          <ul>
            {answer.reasons.map((reason) => (
              <Reason
                key={`${reason.consumer.service}@${reason.consumer.version}>${reason.provider.service}@${reason.provider.version}`}
                reason={reason}
              />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Reason({ reason }: { readonly reason: PairReason }) {
  const common = useTranslations("common.verdict");
  const { consumer, provider } = reason;
  return (
    <li className="grid gap-1 border-t border-line py-2.5">
      <div className="flex items-start gap-2">
        <Link
          href={matrixLink(consumer.service, provider.service, { consumer: consumer.version, provider: provider.version })}
          className="mono min-w-0 flex-1 break-words hover:underline"
        >
          {consumer.service} {consumer.version} × {provider.service} {provider.version}
        </Link>
        <VerdictTag verdict={reason.verdict}>{common(reason.verdict)}</VerdictTag>
      </div>
      <p className="text-ink-2">{reason.sentence}</p>
      {reason.fix !== "" && <p className="text-ink">{reason.fix}</p>}
    </li>
  );
}
