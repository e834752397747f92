"use client";

import { useId } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";

interface OptionListProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly standard: Value;
  readonly onChange: (value: Value) => void;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly means: string }[];
}

/** One of several ways, each with a sentence that says what it does. */
export function OptionList<Value extends string>({ label, value, standard, onChange, options }: OptionListProps<Value>) {
  const t = useTranslations("resilience");
  const name = useId();
  return (
    <fieldset aria-label={label} className="border-t border-line py-1">
      {options.map((option) => (
        <label
          key={option.value}
          className={classNames(
            "grid cursor-pointer grid-cols-[16px_minmax(0,1fr)] gap-x-2 px-4 py-1.5 has-focus-visible:shadow-[inset_0_0_0_2px_var(--accent)]",
            option.value === value ? "bg-accent-soft" : "hover:bg-[color-mix(in_srgb,var(--ink)_4%,transparent)]",
          )}
        >
          <input
            type="radio"
            name={name}
            className="mt-[3px] size-3.5 accent-accent focus-visible:shadow-none"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span className="min-w-0">
            <span className="text-sm font-[540]">{option.label}</span>
            {option.value === standard && <span className="ml-2 text-xs text-ink-3">{t("default")}</span>}
            <span className="block text-xs text-ink-2">{option.means}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
