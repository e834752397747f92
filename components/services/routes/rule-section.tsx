"use client";

import { ChevronRight, TriangleAlert } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";

interface RuleSectionProps {
  readonly title: string;
  /** One line: what the group says, in words; null: nothing. */
  readonly summary: string | null;
  /** Said instead of the summary where the group says nothing. */
  readonly none: string;
  readonly isOpenAtFirst?: boolean;
  /** Problems within: with one it opens by itself, so that nobody looks for it. */
  readonly wrong: number;
  readonly children: ReactNode;
}

/** One group of a rule: a line that says what it does, and its fields behind it. */
export function RuleSection({ title, summary, none, isOpenAtFirst = false, wrong, children }: RuleSectionProps) {
  const t = useTranslations("routes.form");
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const id = useId();
  // It stays open once the problem is mended: somebody may still be typing in it.
  if (wrong > 0 && !isOpen) setOpen(true);
  return (
    <section className="border-t border-line">
      <h3>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
          className="flex min-h-[38px] w-full items-center gap-2 py-1.5 text-left font-normal"
        >
          <ChevronRight
            aria-hidden
            className={classNames("size-3.5 shrink-0 text-ink-3 transition-transform duration-120", isOpen && "rotate-90")}
          />
          <span className="w-[124px] shrink-0 text-sm font-[560]">{title}</span>
          <span className={classNames("min-w-0 flex-1 text-sm", summary === null ? "text-ink-3" : "text-ink-2", !isOpen && "truncate")}>
            {summary ?? none}
          </span>
          {wrong > 0 && (
            <span className="flex shrink-0 items-center gap-1 text-xs text-bad">
              <TriangleAlert aria-hidden className="size-3.5" />
              {t("wrong", { n: wrong })}
            </span>
          )}
        </button>
      </h3>
      <div id={id} hidden={!isOpen} className="pb-4 pl-[22px]">
        {isOpen && <div className="grid gap-3">{children}</div>}
      </div>
    </section>
  );
}
