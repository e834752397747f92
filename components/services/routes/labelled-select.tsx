"use client";

import { type ReactNode, useId } from "react";
import { Select } from "@/components/ui/select.tsx";
import { FieldNote } from "@/components/ui/text-field.tsx";
import type { ProblemItem } from "@/lib/client/index.ts";

interface LabelledSelectProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly problem?: ProblemItem | null;
  readonly hint?: ReactNode;
  readonly mono?: boolean;
}

/** One of several values with its label above it, as tall as a text field beside it. */
export function LabelledSelect({ label, value, onChange, options, problem, hint, mono }: LabelledSelectProps) {
  const id = useId();
  return (
    <div className="grid min-w-0 content-start gap-1">
      <label htmlFor={id} className="text-sm font-[540] text-ink-2">
        {label}
      </label>
      <Select id={id} value={value} onChange={onChange} options={options} className="w-full min-w-0" {...(mono && { mono })} />
      <FieldNote hint={hint} problem={problem ?? null} />
    </div>
  );
}
