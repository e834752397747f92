"use client";

import type { SpaceLayout } from "./space-layout.ts";
import { linePath } from "./space-layout.ts";
import type { LineKind, SpaceLine } from "./space-lines.ts";

const STROKES: Readonly<Record<LineKind, string>> = { proven: "var(--accent)", unknown: "var(--unknown)", broken: "var(--bad)" };

interface LayerProps {
  readonly layout: SpaceLayout;
  readonly lines: readonly SpaceLine[];
  /** Something is in question: what is only live steps back. */
  readonly isAsking: boolean;
}

/** The axes of the services and the lines between versions, beneath the cells. */
export function SpaceLineLayer({ isAsking, layout, lines }: LayerProps) {
  return (
    <svg aria-hidden="true" width={layout.width} height={layout.height} className="pointer-events-none absolute left-0 top-0">
      {layout.columns.map(({ cells, service, x }) => (
        <path key={service} d={`M${x} ${(cells[0]?.y ?? 0) - 24}V${(cells.at(-1)?.y ?? 0) + 24}`} stroke="var(--line)" />
      ))}
      {lines.map((line, index) => {
        const from = layout.find(line.consumer.service, line.consumer.version);
        const to = layout.find(line.provider.service, line.provider.version);
        if (from === undefined || to === undefined) return null;
        const isQuiet = !line.isAsked;
        return (
          <path
            key={line.key}
            data-line={line.key}
            d={linePath(layout, from, to, (index % 3) - 1)}
            fill="none"
            stroke={isQuiet && line.kind !== "broken" ? "var(--line-2)" : STROKES[line.kind]}
            strokeWidth={isQuiet ? 1.2 : 1.7}
            strokeDasharray={line.kind === "proven" ? undefined : line.kind === "unknown" ? "5 4" : "2 3"}
            opacity={isQuiet && isAsking ? 0.6 : 1}
          />
        );
      })}
    </svg>
  );
}
