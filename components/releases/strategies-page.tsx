"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "use-intl";
import { Card, Page } from "@/components/shell/page.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { quote } from "@/components/ui/quote.ts";
import { ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import type { NamedStrategy } from "./release-view.ts";
import { StrategyEditor } from "./strategy-editor.tsx";
import { useStrategies } from "./use-strategies.ts";
import { useStrategySentence } from "./use-strategy-sentence.ts";

/** The strategies by name, and the editor of one of them with its curve. */
export function StrategiesPage() {
  const t = useTranslations("strategies");
  const [params, setParams] = useUrlState();
  const { error, isLoaded, items, refetch, usual } = useStrategies();
  const isNew = params.has("new");
  const asked = params.get("name");
  const chosen = isNew ? null : (items.find(({ name }) => name === asked) ?? usual);
  const path = chosen ? `/api/v1/strategies/${encodeURIComponent(chosen.name)}` : "/api/v1/strategies";
  return (
    <Page
      title={t("title")}
      aside={<span className="text-ink-2">{t("aside")}</span>}
      actions={
        <>
          <ButtonLink href="/releases">{t("back")}</ButtonLink>
          <Button kind="primary" onClick={() => setParams({ name: "", new: "1" })}>
            <Plus aria-hidden />
            {t("new")}
          </Button>
        </>
      }
      command={
        <CopyCommand
          command={{ cli: chosen ? `interlock strategy show ${quote(chosen.name)}` : "interlock strategy list", method: "GET", path }}
        />
      }
    >
      {isLoaded ? (
        <div className="grid items-start gap-4 min-[1100px]:grid-cols-[minmax(260px,330px)_minmax(0,1fr)]">
          <Card flush>
            <ul aria-label={t("title")}>
              {items.map((strategy) => (
                <Item
                  key={strategy.name}
                  strategy={strategy}
                  isChosen={chosen?.name === strategy.name}
                  onChoose={() => setParams({ name: strategy.name, new: "" })}
                />
              ))}
            </ul>
          </Card>
          <StrategyEditor
            key={chosen === null ? "new" : `${chosen.name} ${chosen.rev}`}
            strategy={chosen}
            all={items}
            onSaved={(name) => setParams({ name, new: "" })}
            onRemoved={() => setParams({ name: "", new: "" })}
          />
        </div>
      ) : (
        <Card flush>{error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <SkeletonRows count={6} />}</Card>
      )}
    </Page>
  );
}

interface ItemProps {
  readonly strategy: NamedStrategy;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Item({ isChosen, onChoose, strategy: { builtIn, name, strategy } }: ItemProps) {
  const t = useTranslations("strategies");
  const page = useTranslations("releases.page");
  const sentenceOf = useStrategySentence();
  return (
    <li className="border-t border-line first:border-t-0">
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={onChoose}
        className={classNames(
          "grid w-full gap-0.5 px-4 py-2.5 text-left",
          isChosen ? "bg-accent-soft shadow-[inset_3px_0_0_var(--accent)]" : "hover:bg-[color-mix(in_srgb,var(--ink)_3%,transparent)]",
        )}
      >
        <span className="flex items-center gap-2">
          <span className="font-[580]">{name}</span>
          <span className="text-xs text-ink-3">{page(`kind.${strategy.kind}`)}</span>
          {builtIn && (
            <Tag tone="unknown" className="ml-auto">
              {t("builtIn")}
            </Tag>
          )}
        </span>
        <span className="text-sm text-ink-2">{sentenceOf(strategy)}</span>
      </button>
    </li>
  );
}
