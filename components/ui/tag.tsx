import { Check, CircleHelp, X } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export type Tone = "ok" | "warn" | "bad" | "unknown" | "accent";

const TONES: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  unknown: "bg-sunken text-unknown shadow-[inset_0_0_0_1px_var(--line-2)]",
  accent: "bg-accent-soft text-accent",
};

/** A short word with a tone; the word carries the meaning, the tone only supports it. */
export function Tag({
  tone,
  children,
  className,
  title,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly className?: string;
  readonly title?: string;
}) {
  return (
    <span
      title={title}
      className={classNames(
        "inline-flex h-[19px] items-center gap-1 whitespace-nowrap rounded-1 px-[7px] text-xs font-[540]",
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

const VERDICT = {
  compatible: { tone: "ok", Icon: Check },
  incompatible: { tone: "bad", Icon: X },
  unknown: { tone: "unknown", Icon: CircleHelp },
} as const;

/** A verdict with its sign and word. */
export function VerdictTag({ verdict, children }: { readonly verdict: keyof typeof VERDICT; readonly children: ReactNode }) {
  const { tone, Icon } = VERDICT[verdict];
  return (
    <Tag tone={tone}>
      <Icon aria-hidden className="size-3" strokeWidth={2.4} />
      {children}
    </Tag>
  );
}
