import Link from "next/link";
import type { ButtonHTMLAttributes, ComponentProps } from "react";
import { classNames } from "./class-names.ts";

export type ButtonKind = "default" | "primary" | "danger" | "danger-solid" | "ghost";

const BASE =
  "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-2 border text-sm font-[540] transition-[background-color,border-color,color,opacity] duration-120 disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 [&_svg]:size-3.5";

const KINDS: Record<ButtonKind, string> = {
  default: "border-line-2 bg-raised text-ink hover:border-ink-3",
  primary: "border-transparent bg-accent text-accent-ink hover:bg-[color-mix(in_srgb,var(--accent)_88%,var(--ink))]",
  danger: "border-[color-mix(in_srgb,var(--bad)_50%,transparent)] bg-bad-soft text-bad hover:border-bad",
  "danger-solid": "border-transparent bg-bad text-bad-ink hover:bg-[color-mix(in_srgb,var(--bad)_88%,var(--ink))]",
  ghost: "border-transparent bg-transparent text-ink-2 hover:bg-[color-mix(in_srgb,var(--ink)_7%,transparent)] hover:text-ink",
};

const SIZES = {
  small: "h-6 px-2 text-xs",
  medium: "h-[30px] px-[11px]",
  large: "h-9 px-4 text-base",
  icon: "size-[30px] p-0",
  "icon-small": "size-6 p-0",
};

interface Looks {
  readonly kind?: ButtonKind;
  readonly size?: keyof typeof SIZES;
}

/** Classes of a button, for elements that are not one. */
export function buttonClass({ kind = "default", size = "medium" }: Looks = {}): string {
  return classNames(BASE, KINDS[kind], SIZES[size]);
}

/** A button. `whyNot`: it cannot act, and this says why; it stays focusable so that the reason can be read. */
export function Button({
  kind,
  size,
  whyNot,
  className,
  onClick,
  type = "button",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> &
  Looks & { readonly whyNot?: string | null | undefined; readonly ref?: React.Ref<HTMLButtonElement> }) {
  const blocked = whyNot !== undefined && whyNot !== null && whyNot !== "";
  return (
    <button
      {...rest}
      type={type}
      className={classNames(buttonClass({ ...(kind && { kind }), ...(size && { size }) }), className)}
      {...(blocked ? { "aria-disabled": true, title: whyNot } : {})}
      onClick={blocked ? (event) => event.preventDefault() : onClick}
    />
  );
}

/** A link that looks like a button. */
export function ButtonLink({ kind, size, className, ...rest }: ComponentProps<typeof Link> & Looks) {
  return <Link {...rest} className={classNames(buttonClass({ ...(kind && { kind }), ...(size && { size }) }), className)} />;
}
