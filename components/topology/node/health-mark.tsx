import type { Health } from "@/components/live/health.ts";

/** Health as a shape and a colour: disc, triangle, square, ring; never colour alone. The word stands in the label around it. */
export function HealthMark({ health }: { readonly health: Health }) {
  return (
    <svg aria-hidden width={10} height={10} viewBox="0 0 10 10" className="shrink-0">
      {health === "ok" && <circle cx={5} cy={5} r={4} fill="var(--ok)" />}
      {health === "warn" && <path d="M5 0.8 9.6 9H0.4Z" fill="var(--warn)" />}
      {health === "bad" && <rect x={1} y={1} width={8} height={8} rx={1} fill="var(--bad)" />}
      {health === "unknown" && <circle cx={5} cy={5} r={3.4} fill="none" stroke="var(--unknown)" strokeWidth={1.4} />}
    </svg>
  );
}
