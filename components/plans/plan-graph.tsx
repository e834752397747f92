"use client";

import { Check, Circle, LoaderCircle, OctagonMinus } from "lucide-react";
import { Fragment, useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { useSpan } from "@/components/ui/use-span.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { closingStep, type PlanView, type PlanWaveView, waveKey } from "./plan-view.ts";
import { StepCard } from "./step-card.tsx";
import { ColouredVersion } from "./version-move.tsx";

interface GraphProps {
  readonly plan: PlanView;
  /** How long waves took, in ms, by their place. */
  readonly times: ReadonlyMap<number, number>;
}

/** The waves from left to right, from the weights of the start to the target; the point of no return stands as a line between two of them. */
export function PlanGraph({ plan, times }: GraphProps) {
  const t = useTranslations("plans.page");
  const firstClosing = plan.waves.findIndex((wave) => closingStep(wave) !== undefined);
  return (
    <Card flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard. */}
      <section aria-label={t("graph")} tabIndex={0} className="flex items-stretch overflow-x-auto px-4 py-4">
        <End title={t("start")} isReached={plan.wavesDone === 0 && plan.laneStage === 0}>
          {Object.entries(plan.start).map(([service, weights]) => (
            <Place key={service} service={service} versions={shownWeights(weights)} />
          ))}
        </End>
        {plan.waves.map((wave, index) => {
          const closing = closingStep(wave);
          return (
            <Fragment key={waveKey(wave)}>
              <Arrow isWalked={wave.state !== "waiting"} closing={closing ? (closing.irreversible ?? "") : null} />
              <WaveColumn
                wave={wave}
                place={index}
                tookMs={times.get(index) ?? null}
                estimateMs={times.get(index - 1) ?? null}
                isAfterClosing={firstClosing >= 0 && index >= firstClosing}
              />
            </Fragment>
          );
        })}
        <Arrow isWalked={plan.state === "done"} closing={null} />
        <End title={t("target")} isReached={plan.wavesDone === plan.waves.length}>
          {Object.entries(plan.target).map(([service, version]) => (
            <Place key={service} service={service} versions={[{ version, share: null }]} />
          ))}
        </End>
      </section>
    </Card>
  );
}

interface WaveColumnProps {
  readonly wave: PlanWaveView;
  readonly place: number;
  readonly tookMs: number | null;
  readonly estimateMs: number | null;
  readonly isAfterClosing: boolean;
}

const STATES = {
  waiting: { Icon: Circle, tone: "text-ink-3", look: "" },
  running: { Icon: LoaderCircle, tone: "text-accent animate-spin", look: "border-accent bg-accent-soft" },
  done: { Icon: Check, tone: "text-ok", look: "" },
} as const;

function WaveColumn({ estimateMs, isAfterClosing, place, tookMs, wave }: WaveColumnProps) {
  const t = useTranslations("plans");
  const { Icon, look, tone } = STATES[wave.state];
  const column = useRef<HTMLElement>(null);
  const isRunning = wave.state === "running";
  useEffect(() => {
    if (isRunning) column.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isRunning]);
  return (
    <section
      ref={column}
      aria-label={t("way.wave", { n: place + 1 })}
      className={classNames("w-[292px] max-w-[420px] shrink-0 grow rounded-3 border border-line p-2", look)}
    >
      <header className="flex h-7 items-center gap-2 px-1.5">
        <Icon aria-hidden className={classNames("size-3.5 shrink-0", tone)} strokeWidth={2.4} />
        <h2 className="whitespace-nowrap">{t("way.wave", { n: place + 1 })}</h2>
        <span className={classNames("text-sm", wave.state === "done" ? "text-ok" : isRunning ? "text-accent" : "text-ink-3")}>
          {t(`page.waveState.${wave.state}`)}
        </span>
        <span className="flex-1" />
        {wave.kind !== "shift" && (
          <span className="truncate text-xs text-ink-2" title={t(`way.kindHint.${wave.kind}`)}>
            {t(`way.kind.${wave.kind}`)}
          </span>
        )}
        <Time tookMs={wave.state === "done" ? tookMs : null} estimateMs={wave.state === "waiting" ? estimateMs : null} />
      </header>
      <div className="mt-1.5 grid gap-2">
        {wave.steps.map((step) => (
          <StepCard key={`${step.service} ${step.from}`} step={step} isPastReturn={isAfterClosing} isWaiting={wave.state === "waiting"} />
        ))}
      </div>
    </section>
  );
}

/** How long it took; before that what the wave before it took, as all there is to go by. */
function Time({ estimateMs, tookMs }: { readonly tookMs: number | null; readonly estimateMs: number | null }) {
  const t = useTranslations("plans.page");
  const span = useSpan();
  if (tookMs !== null) {
    return (
      <span className="whitespace-nowrap text-sm tabular-nums text-ink-2" title={t("tookHint")}>
        {span(tookMs)}
      </span>
    );
  }
  if (estimateMs === null) return null;
  return (
    <span className="whitespace-nowrap text-sm tabular-nums text-ink-3" title={t("estimate", { span: span(estimateMs) })}>
      ~ {span(estimateMs)}
    </span>
  );
}

/** From one wave to the next; behind a dashed line there is no way back. */
function Arrow({ closing, isWalked }: { readonly isWalked: boolean; readonly closing: string | null }) {
  const t = useTranslations("plans.way");
  const colour = isWalked ? "var(--accent)" : "var(--line-2)";
  const arrow = (
    <svg aria-hidden viewBox="0 0 36 12" className="h-3 w-9 shrink-0">
      <path d="M2 6H30" stroke={colour} strokeWidth="1.6" fill="none" />
      <path d="M27 2L33 6L27 10" stroke={colour} strokeWidth="1.6" fill="none" strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
  if (closing === null) return <span className="grid shrink-0 place-items-center px-0.5">{arrow}</span>;
  return (
    <div className="flex shrink-0 items-stretch gap-1 px-1">
      <span className="grid place-items-center">{arrow}</span>
      <div className="flex w-[132px] flex-col justify-start border-l-2 border-dashed border-bad pl-2.5">
        <span className="flex items-start gap-1.5 pt-2 text-sm font-[600] text-bad">
          <OctagonMinus aria-hidden className="mt-[2px] size-3.5 shrink-0" />
          {t("noReturn")}
        </span>
        <span className="mt-1 text-xs text-ink-2">{closing}</span>
      </div>
    </div>
  );
}

function End({ children, isReached, title }: { readonly title: string; readonly isReached: boolean; readonly children: React.ReactNode }) {
  return (
    <div className="flex shrink-0 flex-col justify-center">
      <div className={classNames("rounded-3 border px-3 py-2.5", isReached ? "border-accent" : "border-dashed border-line-2")}>
        <h2 className="mb-1.5 text-xs font-[560] text-ink-3">{title}</h2>
        <ul className="grid gap-2">{children}</ul>
      </div>
    </div>
  );
}

function Place({ service, versions }: { readonly service: string; readonly versions: readonly Shown[] }) {
  return (
    <li className="grid gap-0.5">
      <span className="text-sm">{service}</span>
      {versions.map(({ share, version }) => (
        <span key={version} className="flex items-center gap-2 text-sm">
          <ColouredVersion service={service} version={version} />
          {share !== null && <span className="tabular-nums text-ink-3">{share}</span>}
        </span>
      ))}
    </li>
  );
}

interface Shown {
  readonly version: string;
  readonly share: string | null;
}

/** The share is worth saying only where there is more than one version. */
function shownWeights(weights: Readonly<Record<string, number>>): readonly Shown[] {
  const live = Object.entries(weights).filter(([, weight]) => weight > 0);
  return live
    .toSorted(([left], [right]) => compareVersions(left, right))
    .map(([version, weight]) => ({ version, share: live.length > 1 ? formatWeight(weight) : null }));
}
