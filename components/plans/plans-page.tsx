"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "use-intl";
import { Card, Page } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import { NewPlanSheet } from "./new-plan-sheet.tsx";
import { readPlanQuestion, writePlanQuestion } from "./plan-question.ts";
import { PlansTable } from "./plans-table.tsx";
import { usePlans } from "./use-plans.ts";

/** Every plan, the one under way first, and the form that finds a new way. */
export function PlansPage() {
  const t = useTranslations("plans");
  const [params, setParams] = useUrlState();
  const question = readPlanQuestion(params);
  const { data, error, refetch } = usePlans();
  const open = () => setParams(writePlanQuestion({ target: [], avoid: [], prefer: "steps" }));
  return (
    <Page
      title={t("title")}
      aside={<span className="text-ink-2">{t("aside")}</span>}
      actions={
        <Button kind="primary" onClick={open}>
          <Plus aria-hidden />
          {t("new")}
        </Button>
      }
      command={<CopyCommand command={{ cli: "interlock plan list", method: "GET", path: "/api/v1/plans" }} />}
    >
      <Card flush>
        {data ? (
          data.items.length === 0 ? (
            <EmptyState title={t("empty")}>{t("emptyDetail")}</EmptyState>
          ) : (
            <PlansTable plans={data.items} />
          )
        ) : error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows count={5} />
        )}
      </Card>
      {question && (
        <NewPlanSheet
          question={question}
          onQuestion={(next) => setParams(writePlanQuestion(next))}
          onClose={() => setParams(writePlanQuestion(null))}
        />
      )}
    </Page>
  );
}
