"use client";

import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from "react";
import type { ProblemItem } from "@/lib/client/index.ts";
import { classNames } from "./class-names.ts";

const INPUT =
  "w-full rounded-2 border border-line-2 bg-sunken px-2.5 text-sm text-ink placeholder:text-ink-3 hover:border-ink-3 focus-visible:border-accent aria-[invalid=true]:border-bad";

interface FieldFrame {
  /** Null where an `aria-label` names the field and its place says the rest. */
  readonly label: ReactNode;
  /** Said under the field while nothing is wrong. */
  readonly hint?: ReactNode;
  /** What the engine or the form says is wrong with it. */
  readonly problem?: Pick<ProblemItem, "detail" | "fix"> | null | undefined;
  readonly mono?: boolean;
}

type InputProps = Omit<InputHTMLAttributes<HTMLInputElement>, "id"> & FieldFrame & { readonly ref?: React.Ref<HTMLInputElement> };

/** A line of text with its label, hint and problem. */
export function TextField({ label, hint, problem, mono, className, ...rest }: InputProps) {
  const id = useId();
  return (
    <div className={classNames("grid gap-1", className)}>
      {label !== null && (
        <label htmlFor={id} className="text-sm font-[540] text-ink-2">
          {label}
        </label>
      )}
      <input
        {...rest}
        id={id}
        aria-invalid={problem ? true : undefined}
        aria-describedby={`${id}-note`}
        className={classNames(INPUT, "h-[30px]", mono && "font-mono text-[12px]")}
      />
      <FieldNote id={`${id}-note`} hint={hint} problem={problem} />
    </div>
  );
}

type AreaProps = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "id"> & FieldFrame & { readonly ref?: React.Ref<HTMLTextAreaElement> };

/** Several lines of text. */
export function TextArea({ label, hint, problem, mono, className, rows = 2, ...rest }: AreaProps) {
  const id = useId();
  return (
    <div className={classNames("grid gap-1", className)}>
      <label htmlFor={id} className="text-sm font-[540] text-ink-2">
        {label}
      </label>
      <textarea
        {...rest}
        id={id}
        rows={rows}
        aria-invalid={problem ? true : undefined}
        aria-describedby={`${id}-note`}
        className={classNames(INPUT, "resize-y py-1.5 leading-[19px]", mono && "font-mono text-[12px]")}
      />
      <FieldNote id={`${id}-note`} hint={hint} problem={problem} />
    </div>
  );
}

/** What stands under a field: its problem with the fix, else its hint. */
export function FieldNote({
  id,
  hint,
  problem,
}: {
  readonly id?: string;
  readonly hint?: ReactNode;
  readonly problem?: FieldFrame["problem"];
}) {
  if (problem) {
    return (
      <p id={id} role="alert" className="text-xs text-bad">
        {problem.detail} <span className="text-ink-2">{problem.fix}</span>
      </p>
    );
  }
  return hint ? (
    <p id={id} className="text-xs text-ink-3">
      {hint}
    </p>
  ) : null;
}
