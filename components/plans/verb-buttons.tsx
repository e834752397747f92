"use client";

import { CirclePause, FastForward, Play, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import type { PlanVerb, PlanView } from "./plan-view.ts";
import { usePlans, usePlanVerb } from "./use-plans.ts";
import { VerbConfirm } from "./verb-confirm.tsx";
import { isTurn, type WhyNot, whyNot } from "./verb-state.ts";

/** Everything that can be done with a plan; what cannot be done now says why. */
export function VerbButtons({ plan }: { readonly plan: PlanView }) {
  const t = useTranslations("plans.verb");
  const [asking, setAsking] = useState<"execute" | "reverse" | null>(null);
  const others = usePlans().data?.items ?? [];
  const act = usePlanVerb(plan.id);
  const textOf = useWhyText();
  const blocked = (verb: PlanVerb) => textOf(whyNot(plan, verb, others));
  const error = act.error && !isGivenUp(act.error) ? act.error : null;
  return (
    <>
      <Button kind="primary" whyNot={blocked("execute")} onClick={() => setAsking("execute")}>
        {isTurn(plan) ? <FastForward aria-hidden /> : <Play aria-hidden />}
        {isTurn(plan) ? t("forward") : t("execute")}
      </Button>
      {plan.state === "paused" ? (
        <Button disabled={act.isPending} whyNot={blocked("resume")} onClick={() => act.mutate({ verb: "resume" })}>
          <Play aria-hidden />
          {t("resume")}
        </Button>
      ) : (
        <Button disabled={act.isPending} whyNot={blocked("pause")} onClick={() => act.mutate({ verb: "pause" })}>
          <CirclePause aria-hidden />
          {t("pause")}
        </Button>
      )}
      <Button kind="danger" whyNot={blocked("reverse")} onClick={() => setAsking("reverse")}>
        <Undo2 aria-hidden />
        {t("reverse")}
      </Button>
      {error && (
        <div className="basis-full">
          <ProblemList error={error} />
        </div>
      )}
      {asking && <VerbConfirm plan={plan} verb={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function useWhyText(): (why: WhyNot | null) => string | null {
  const t = useTranslations("plans.verb.why");
  return (why) => {
    if (why === null) return null;
    if (why.key === "said") return why.sentence;
    return why.key === "busy" ? t("busy", { plan: why.plan }) : t(why.key);
  };
}
