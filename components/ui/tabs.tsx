"use client";

import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

interface TabItem {
  readonly value: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

/** Views beside each other, one shown. */
export function Tabs({
  items,
  value,
  onChange,
  label,
}: {
  readonly items: readonly TabItem[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
}) {
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(String(next))}>
      <Base.List aria-label={label} className="relative flex gap-1 border-b border-line px-3">
        {items.map((item) => (
          <Base.Tab
            key={item.value}
            value={item.value}
            className="relative h-9 rounded-2 px-2.5 text-sm font-[540] text-ink-2 hover:text-ink data-[active]:text-ink data-[selected]:text-ink"
          >
            {item.label}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-[-1px] left-[var(--active-tab-left)] h-0.5 w-[var(--active-tab-width)] rounded-full bg-accent transition-[left,width] duration-180 ease-settle" />
      </Base.List>
      {items.map((item) => (
        <Base.Panel key={item.value} value={item.value}>
          {item.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
