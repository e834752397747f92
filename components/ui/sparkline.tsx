interface SparklineProps {
  readonly values: readonly (number | null)[];
  readonly width?: number;
  readonly height?: number;
  readonly colour?: string;
  /** What it shows, for those who do not see it. */
  readonly label: string;
}

/** A small line without axes; gaps where there was nothing to measure. */
export function Sparkline({ values, width = 96, height = 20, colour = "var(--ink-3)", label }: SparklineProps) {
  const highest = Math.max(0, ...values.map((value) => value ?? 0));
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const scale = highest === 0 ? 0 : (height - 3) / highest;
  let path = "";
  let pen = "M";
  for (const [index, value] of values.entries()) {
    if (value === null) {
      pen = "M";
      continue;
    }
    path += `${pen}${(index * step).toFixed(1)} ${(height - 1.5 - value * scale).toFixed(1)}`;
    pen = "L";
  }
  return (
    <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`} className="block overflow-visible">
      <path d={path} fill="none" stroke={colour} strokeWidth={1.3} strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}
