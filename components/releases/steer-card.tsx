"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { isGivenUp } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button, type ButtonKind } from "@/components/ui/button.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import type { ReleaseVerb, ReleaseView } from "./release-view.ts";
import { useReleaseVerb } from "./use-releases.ts";
import { VerbConfirm } from "./verb-confirm.tsx";

/** In the order of the panel: on, wait, back, begin. */
const VERBS = [
  "promote",
  "jump",
  "step-back",
  "pause",
  "resume",
  "hold",
  "rollback",
  "rollback-gradually",
  "abort",
  "start",
  "retry",
] as const satisfies readonly ReleaseVerb[];

/** Acts at once: it moves no weight, and its opposite stands beside it. */
const AT_ONCE: ReadonlySet<ReleaseVerb> = new Set(["pause", "resume", "hold"]);

function kindOf(verb: ReleaseVerb, isAllowed: boolean): ButtonKind {
  if (verb === "promote" && isAllowed) return "primary";
  return verb === "rollback" && isAllowed ? "danger" : "default";
}

/** Every verb of a release; what cannot be done now says why. */
export function SteerCard({ release }: { readonly release: ReleaseView }) {
  const t = useTranslations("releases.verb");
  const [asking, setAsking] = useState<ReleaseVerb | null>(null);
  const act = useReleaseVerb(release.id);
  const verbs = new Map(release.verbs.map((each) => [each.verb, each]));
  return (
    <Card title={t("title")}>
      <div className="grid grid-cols-3 gap-2">
        {VERBS.map((verb) => {
          const known = verbs.get(verb);
          const isAllowed = known?.allowed === true;
          return (
            <Button
              key={verb}
              kind={kindOf(verb, isAllowed)}
              className="min-w-0 px-1.5"
              disabled={act.isPending}
              whyNot={isAllowed ? null : (known?.why ?? t("unknown"))}
              onClick={() => (AT_ONCE.has(verb) ? act.mutate({ verb }) : setAsking(verb))}
            >
              <span className="truncate">{t(`name.${verb}`)}</span>
            </Button>
          );
        })}
      </div>
      {verbs.get("promote")?.allowed === true && <p className="mt-2.5 text-sm text-ink-3">{t("hint")}</p>}
      {act.error && !isGivenUp(act.error) && (
        <div className="mt-2.5">
          <ProblemList error={act.error} />
        </div>
      )}
      {asking && <VerbConfirm release={release} verb={asking} onClose={() => setAsking(null)} />}
    </Card>
  );
}
