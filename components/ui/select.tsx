"use client";

import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import { classNames } from "./class-names.ts";

interface SelectProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string; readonly disabled?: boolean }[];
  /** Accessible name, where no visible label is tied to `id`. */
  readonly label?: string;
  readonly id?: string;
  readonly className?: string;
  readonly mono?: boolean;
}

/** One of several values. */
export function Select({ value, onChange, options, label, id, className, mono }: SelectProps) {
  return (
    <Base.Root items={options} value={value} onValueChange={(next) => onChange(String(next))}>
      <Base.Trigger
        {...(id && { id })}
        {...(label && { "aria-label": label })}
        className={classNames(
          "inline-flex h-[30px] items-center gap-2 rounded-2 border border-line-2 bg-sunken pl-2.5 pr-2 text-sm text-ink hover:border-ink-3",
          mono && "font-mono",
          className,
        )}
      >
        <Base.Value className="truncate" />
        <Base.Icon className="ml-auto text-ink-3">
          <ChevronDown aria-hidden className="size-3.5" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={5} alignItemWithTrigger={false} className="z-60">
          <Base.Popup className="max-h-[min(340px,var(--available-height))] min-w-[var(--anchor-width)] overflow-y-auto rounded-2 border border-line-2 bg-raised p-1 shadow-raised outline-none">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className={classNames(
                  "flex h-7 cursor-default items-center gap-3 rounded-1 px-2 text-sm text-ink outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-accent-soft",
                  mono && "font-mono",
                )}
              >
                <Base.ItemText>{option.label}</Base.ItemText>
                <Base.ItemIndicator className="ml-auto text-accent">
                  <Check aria-hidden className="size-3.5" />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
