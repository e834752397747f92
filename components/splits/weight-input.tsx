"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { parsePercent, percentText } from "./split-bounds.ts";

interface WeightInputProps {
  readonly version: string;
  readonly weightBp: number;
  readonly drafted: boolean;
  readonly onWeight: (weightBp: number) => void;
}

/** A weight that can be typed, in percent: Enter or leaving the field takes it, Escape does not. */
export function WeightInput({ version, weightBp, drafted, onWeight }: WeightInputProps) {
  const t = useTranslations("splits.figures");
  const [text, setText] = useState<string | null>(null);
  const parsed = text === null ? weightBp : parsePercent(text);
  const take = (): void => {
    if (parsed !== null && parsed !== weightBp) onWeight(parsed);
    setText(null);
  };
  return (
    <span className="inline-flex items-baseline justify-end">
      <input
        data-weight-of={version}
        inputMode="decimal"
        aria-label={t("weightOf", { version })}
        aria-invalid={parsed === null || undefined}
        title={parsed === null ? t("badWeight") : undefined}
        value={text ?? percentText(weightBp)}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === "Enter") take();
          if (event.key !== "Escape") return;
          event.stopPropagation();
          setText(null);
          event.currentTarget.blur();
        }}
        className={classNames(
          "h-6 w-[40px] rounded-1 border bg-transparent px-0.5 text-right tabular-nums hover:border-line-2 focus:bg-sunken aria-[invalid]:border-bad aria-[invalid]:text-bad",
          drafted ? "strong border-transparent text-accent" : "border-transparent",
        )}
      />
      <span className="text-ink-3">%</span>
    </span>
  );
}
