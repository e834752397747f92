"use client";

import {
  Activity,
  BellRing,
  CalendarX2,
  ChartNoAxesColumn,
  Grid2x2Check,
  List,
  Lock,
  Milestone,
  Radio,
  Rocket,
  Server,
  Settings2,
  Workflow,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "use-intl";
import { WaitingCount } from "@/components/governance/waiting-count.tsx";
import { useLive } from "@/components/live/use-live.ts";
import { useMesh } from "@/components/live/use-mesh.ts";
import { PlanMark } from "@/components/plans/plan-mark.tsx";
import { FiringCount } from "@/components/policies/firing-count.tsx";
import { ReleaseCount } from "@/components/releases/release-count.tsx";
import { ChangeSetTray } from "@/components/splits/change-set-tray.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { NodeCount } from "@/components/workloads/node-count.tsx";
import { UndoLast } from "./undo-last.tsx";

const PAGES = [
  { key: "topology", href: "/topology", Icon: Workflow },
  { key: "services", href: "/services", Icon: List },
  { key: "versions", href: "/versions", Icon: ChartNoAxesColumn },
  { key: "compatibility", href: "/compatibility", Icon: Grid2x2Check },
  { key: "releases", href: "/releases", Icon: Rocket },
  { key: "plans", href: "/plans", Icon: Milestone },
  { key: "policies", href: "/policies", Icon: BellRing },
  { key: "governance", href: "/governance", Icon: CalendarX2 },
  { key: "nodes", href: "/nodes", Icon: Server },
  { key: "tap", href: "/tap", Icon: Radio },
  { key: "security", href: "/security", Icon: Lock },
  { key: "activity", href: "/activity", Icon: Activity },
  { key: "settings", href: "/settings", Icon: Settings2 },
] as const;

/** Left navigation: what there is, how much of it, the change set, and the way back. */
export function Navigation() {
  const t = useTranslations("shell");
  const path = usePathname();
  return (
    <nav aria-label={t("nav.label")} className="flex min-h-0 flex-col gap-px overflow-y-auto border-r border-line bg-panel px-2 py-2.5">
      {PAGES.map(({ key, href, Icon }) => {
        const current = path === href || path.startsWith(`${href}/`);
        return (
          <Link
            key={key}
            href={href}
            aria-current={current ? "page" : undefined}
            className={classNames(
              "flex h-[30px] shrink-0 items-center gap-2.5 rounded-2 px-[9px]",
              current
                ? "bg-accent-soft font-[560] text-ink"
                : "text-ink-2 hover:bg-[color-mix(in_srgb,var(--ink)_5%,transparent)] hover:text-ink",
            )}
          >
            <Icon aria-hidden strokeWidth={1.7} className={classNames("size-[15px]", current ? "text-accent" : "text-ink-3")} />
            {t(`nav.${key}`)}
            {key === "services" && <ServiceCount />}
            {key === "versions" && <VersionCount />}
            {key === "compatibility" && <BrokenCount />}
            {key === "releases" && <ReleaseCount />}
            {key === "plans" && <PlanMark />}
            {key === "policies" && <FiringCount />}
            {key === "nodes" && <NodeCount />}
            {key === "governance" && <WaitingCount />}
          </Link>
        );
      })}
      <ChangeSetTray />
      <span className="min-h-4 flex-1" />
      <UndoLast />
    </nav>
  );
}

function ServiceCount() {
  const mesh = useMesh();
  return mesh ? <span className="ml-auto text-xs tabular-nums text-ink-3">{mesh.services}</span> : null;
}

function VersionCount() {
  const count = useLive((state) => state.shape.services.reduce((sum, { versions }) => sum + versions.length, 0));
  return count === 0 ? null : <span className="ml-auto text-xs tabular-nums text-ink-3">{count}</span>;
}

/** Version pairs that are known to be broken and carry requests now. */
function BrokenCount() {
  const t = useTranslations("shell");
  const broken = useLive(
    (state) => [...state.versionEdges.values()].filter((edge) => edge.verdict === "incompatible" && edge.requests > 0).length,
  );
  if (broken === 0) return null;
  return (
    <span className="ml-auto text-xs font-semibold tabular-nums text-bad" title={t("brokenPairs", { n: broken })}>
      {broken}
    </span>
  );
}
