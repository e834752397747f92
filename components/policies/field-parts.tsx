"use client";

import type { ReactNode } from "react";
import { useId } from "react";
import { Select } from "@/components/ui/select.tsx";
import type { PolicyDraft } from "./policy-draft.ts";

export interface FieldsProps {
  readonly draft: PolicyDraft;
  readonly onChange: (fields: Partial<PolicyDraft>) => void;
  /** The first problem at one of these paths. */
  readonly problemAt: (...paths: readonly string[]) => { readonly detail: string; readonly fix: string } | null;
}

/** Fields that belong together, under a heading. */
export function FieldGroup({ children, title }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className="grid gap-3 border-t border-line pt-3.5">
      <legend className="float-left mb-1 text-sm font-[560]">{title}</legend>
      {children}
    </fieldset>
  );
}

interface LabelledSelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}

/** One of several values, with its label above. */
export function LabelledSelect<T extends string>({ label, onChange, options, value }: LabelledSelectProps<T>) {
  const id = useId();
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="text-sm font-[540] text-ink-2">
        {label}
      </label>
      <Select id={id} value={value} options={options} onChange={(next) => onChange(next as T)} className="w-full" />
    </div>
  );
}
