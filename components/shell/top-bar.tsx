"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { useMesh } from "@/components/live/use-mesh.ts";
import { formatRate } from "@/components/ui/format.ts";
import { Skeleton } from "@/components/ui/states.tsx";
import { AuthorName } from "./author-name.tsx";
import { ExposureStat } from "./exposure-stat.tsx";
import { LiveIndicator } from "./live-indicator.tsx";
import { LoadMenu } from "./load-menu.tsx";
import { Mark } from "./mark.tsx";
import { PaletteButton } from "./palette-button.tsx";
import { PreferenceButtons } from "./preference-buttons.tsx";
import { ReleaseStat } from "./release-stat.tsx";

/** How the mesh is, how old that is, and the way to everything. */
export function TopBar() {
  return (
    <header className="col-span-2 flex min-w-0 items-center gap-4 border-b border-line bg-panel px-3.5">
      <Link href="/topology" className="flex w-[172px] shrink-0 items-center gap-[9px] text-md font-[620] tracking-[-0.015em]">
        <Mark />
        Interlock
      </Link>
      <MeshFigures />
      <ReleaseStat />
      <LiveIndicator />
      <span className="flex-1" />
      <LoadMenu />
      <AuthorName />
      <PreferenceButtons />
      <PaletteButton />
    </header>
  );
}

function MeshFigures() {
  const t = useTranslations("shell");
  const mesh = useMesh();
  if (!mesh) {
    return (
      <div className="flex gap-4">
        <Skeleton className="h-3.5 w-28" />
        <Skeleton className="h-3.5 w-52" />
      </div>
    );
  }
  const { state, degraded } = mesh.health;
  const tone = state === "healthy" ? "text-ok" : state === "degraded" ? "text-warn" : "text-ink-2";
  const word = state === "healthy" ? t("meshHealthy") : state === "degraded" ? t("meshDegraded", { n: degraded.length }) : t("meshUnknown");
  return (
    <>
      <Stat label={t("mesh")} title={degraded.join(", ")}>
        <b className={`strong ${tone}`}>{word}</b>
        <span className="text-ink-3 max-[1360px]:hidden">{t("total", { rate: formatRate(mesh.rps) })}</span>
      </Stat>
      <Separator />
      <ExposureStat exposure={mesh.exposure} />
      <Separator />
    </>
  );
}

function Stat({ label, title, children }: { readonly label: string; readonly title: string; readonly children: React.ReactNode }) {
  return (
    <div title={title} className="flex shrink-0 items-baseline gap-[7px] whitespace-nowrap tabular-nums">
      <span className="text-ink-2">{label}</span>
      {children}
    </div>
  );
}

function Separator() {
  return <span aria-hidden className="h-[18px] w-px shrink-0 bg-line" />;
}
