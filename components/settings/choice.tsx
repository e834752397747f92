"use client";

import { useId } from "react";
import { classNames } from "@/components/ui/class-names.ts";

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
}

/** One of a few values, all in sight. */
export function Choice<Value extends string>({ label, value, onChange, options }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 text-sm font-[540] text-ink-2">{label}</legend>
      <div className="inline-flex justify-self-start rounded-2 border border-line-2 bg-sunken p-0.5">
        {options.map((option) => (
          <label
            key={option.value}
            className={classNames(
              "flex h-6 cursor-pointer items-center rounded-1 px-3 text-sm has-focus-visible:shadow-[var(--focus)]",
              option.value === value ? "bg-raised font-[560] text-ink shadow-[0_0_0_1px_var(--line-2)]" : "text-ink-2 hover:text-ink",
            )}
          >
            <input type="radio" name={name} className="sr-only" checked={option.value === value} onChange={() => onChange(option.value)} />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
