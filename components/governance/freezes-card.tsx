"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { FreezeEnd } from "./freeze-end.tsx";
import { FreezeForm } from "./freeze-form.tsx";
import { FreezeStrip } from "./freeze-strip.tsx";
import { utcText } from "./freeze-weeks.ts";
import { type Freeze, useFreezes } from "./use-governance.ts";

/** The weeks ahead with their freezes, and each freeze with what it holds. */
export function FreezesCard() {
  const t = useTranslations("governance.freezes");
  const { data, error, refetch } = useFreezes();
  const [form, setForm] = useState<{ readonly freeze: Freeze | null } | null>(null);
  const [ending, setEnding] = useState<Freeze | null>(null);
  return (
    <Card
      flush
      title={t("title")}
      aside={
        <Button size="small" className="ml-auto" onClick={() => setForm({ freeze: null })}>
          <Plus aria-hidden />
          {t("add")}
        </Button>
      }
    >
      <p className="px-4 pb-3 text-xs text-ink-3">{t("allows")}</p>
      {data === undefined ? (
        error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows count={4} />
        )
      ) : (
        <>
          <FreezeStrip freezes={data.items} />
          {data.items.length === 0 && <p className="border-t border-line px-4 py-3 text-ink-2">{t("empty")}</p>}
          <ul>
            {data.items.map((freeze) => (
              <FreezeItem key={freeze.id} freeze={freeze} onEdit={() => setForm({ freeze })} onEnd={() => setEnding(freeze)} />
            ))}
          </ul>
        </>
      )}
      {form && <FreezeForm freeze={form.freeze} onClose={() => setForm(null)} />}
      {ending && <FreezeEnd freeze={ending} onClose={() => setEnding(null)} />}
    </Card>
  );
}

interface ItemProps {
  readonly freeze: Freeze;
  readonly onEdit: () => void;
  readonly onEnd: () => void;
}

function FreezeItem({ freeze, onEdit, onEnd }: ItemProps) {
  const t = useTranslations("governance.freezes");
  const { active, name, next, reason, services, updatedBy, weekly } = freeze;
  const span = active ?? next ?? freeze;
  const standing = active !== null ? "holds" : next !== null ? "later" : "over";
  const holds = services.length === 0 ? t("all") : services.join(", ");
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-4 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="strong">{name}</span>
          <Tag tone={standing === "holds" ? "warn" : standing === "later" ? "accent" : "unknown"}>{t(standing)}</Tag>
        </p>
        <p className="text-sm text-ink-2">
          {t("span", { from: utcText(span.from), until: utcText(span.until) })}
          {weekly && <> · {t("weekly")}</>} · {holds} · {t("by", { name: updatedBy })}
          {reason !== "" && <> · “{reason}”</>}
        </p>
      </div>
      <Button size="small" aria-label={`${name}: ${t("edit")}`} onClick={onEdit}>
        {t("edit")}
      </Button>
      <Button size="small" aria-label={`${name}: ${t("remove")}`} onClick={onEnd}>
        {t("remove")}
      </Button>
    </li>
  );
}
