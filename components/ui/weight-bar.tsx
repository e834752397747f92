import { formatWeight } from "./format.ts";

interface WeightBarProps {
  /** Basis points by version. */
  readonly weights: Readonly<Record<string, number>>;
  /** In this order; what has no weight is left out. */
  readonly order: readonly string[];
  readonly colourOf: (version: string) => string;
  readonly className?: string;
}

/** A split as a thin bar that cannot be changed; the figures are its accessible name. */
export function WeightBar({ weights, order, colourOf, className }: WeightBarProps) {
  const shown = order.filter((version) => (weights[version] ?? 0) > 0);
  const label = shown.map((version) => `${version} ${formatWeight(weights[version] ?? 0)}`).join(", ");
  return (
    <div
      {...(shown.length === 0 ? { "aria-hidden": true } : { role: "img", "aria-label": label, title: label })}
      className={`flex h-1.5 gap-px overflow-hidden rounded-full bg-sunken ${className ?? ""}`}
    >
      {shown.map((version) => (
        <span
          key={version}
          className="h-full transition-[flex-grow] duration-180 ease-settle"
          style={{ flexGrow: weights[version], flexBasis: 0, background: colourOf(version) }}
        />
      ))}
    </div>
  );
}
