"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { useServices } from "@/components/live/use-services.ts";
import { queries } from "@/components/shell/api.ts";
import { Card, Page } from "@/components/shell/page.tsx";
import { StaleTag } from "@/components/shell/stale-tag.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { EmptyState, ErrorState, Skeleton } from "@/components/ui/states.tsx";
import type { Service } from "@/lib/client/index.ts";
import { CountCard } from "./count-card.tsx";
import { narrow } from "./known-space.ts";
import { type Pins, pinTexts, type Ref, refText, targetOf } from "./pins.ts";
import { PlanCard } from "./plan-card.tsx";
import { type Mark, spaceCells } from "./space-cells.ts";
import { SpacePicture } from "./space-picture.tsx";
import { useKnownSpace } from "./use-known-space.ts";
import { usePlanFromHere } from "./use-plan-from-here.ts";
import { useSpaceUrl } from "./use-space-url.ts";
import { type TimedSpace, useVersionSpace } from "./use-version-space.ts";
import { WhyCard } from "./why-card.tsx";

/** Every set of versions that may run together: pin some, see what is left and why, and plan the way there. */
export function VersionsPage() {
  const t = useTranslations("versions");
  const url = useSpaceUrl();
  const { isPending, error } = useQuery(queries.services());
  const services = useServices();
  const answers = useVersionSpace(url.pins, url.onlyReady);
  const failure = answers.error ?? error;
  const command = <CopyCommand command={commandOf(url.pins, url.onlyReady)} />;
  if (answers.base !== null && services.length > 0) {
    return <Space url={url} services={services} answers={{ ...answers, base: answers.base }} command={command} />;
  }
  const isEmpty = !isPending && services.length === 0 && failure === null;
  return (
    <Page title={t("title")} aside={<Aside />} command={command}>
      {failure !== null ? (
        <Card flush>
          <ErrorState error={failure} onRetry={() => void answers.refetch()} />
        </Card>
      ) : isEmpty ? (
        <Card flush>
          <EmptyState title={t("empty")} actions={<ButtonLink href="/services">{t("emptyAction")}</ButtonLink>}>
            {t("emptyDetail")}
          </EmptyState>
        </Card>
      ) : (
        <div className={COLUMNS}>
          <Skeleton className="h-[calc(100dvh-190px)] min-h-[420px]" />
          <div className="grid gap-4">
            <Skeleton className="h-[112px]" />
            <Skeleton className="h-[96px]" />
            <Skeleton className="h-[96px]" />
          </div>
        </div>
      )}
    </Page>
  );
}

const COLUMNS = "grid items-start gap-4 min-[1180px]:grid-cols-[minmax(0,1fr)_340px] min-[1500px]:grid-cols-[minmax(0,1fr)_380px]";

function Aside() {
  const t = useTranslations("versions");
  return (
    <>
      <span className="text-ink-2">{t("aside")}</span>
      <StaleTag />
    </>
  );
}

interface SpaceProps {
  readonly url: ReturnType<typeof useSpaceUrl>;
  readonly services: readonly Service[];
  readonly answers: Omit<ReturnType<typeof useVersionSpace>, "base"> & { readonly base: TimedSpace };
  readonly command: React.ReactNode;
}

function Space({ answers, command, services, url }: SpaceProps) {
  const t = useTranslations("versions");
  const { mark, onlyReady, pins, setPins } = url;
  const base = answers.base.space;
  const asked = answers.asked?.space ?? null;
  const known = useKnownSpace(onlyReady);
  const local = useMemo(() => narrow(known, pins), [known, pins]);
  const space = useMemo(() => spaceCells({ base, asked, local, pins, mark }), [asked, base, local, mark, pins]);
  const [shown, setShown] = useState<Ref | null>(null);
  const configuration = mark === null ? null : (asked ?? base)[mark];
  const way = usePlanFromHere(targetOf(configuration === null ? pins : Object.entries(configuration), base.services), space.isConsistent);
  return (
    <Page
      title={t("title")}
      aside={<Aside />}
      command={command}
      actions={
        <div className="flex flex-wrap gap-2.5">
          <MarkButton mark="newest" current={mark} onMark={url.setMark} />
          <MarkButton mark="oldest" current={mark} onMark={url.setMark} />
          <Button kind="primary" whyNot={way.isEmpty ? t("noTarget") : null} disabled={way.isCreating} onClick={way.create}>
            {way.isCreating ? t("planning") : t("planToHere")}
          </Button>
        </div>
      }
    >
      <div className={COLUMNS}>
        <SpacePicture base={base} known={known} space={space} services={services} url={url} pinError={answers.pinError} onShow={setShown} />
        <div className="grid min-w-0 grid-cols-[repeat(auto-fit,minmax(300px,1fr))] items-start gap-4 min-[1180px]:grid-cols-1">
          <CountCard latest={answers.latest} base={answers.base} isAsking={answers.asked === null} />
          <WhyCard
            cell={shown === null ? null : (space.cells.get(refText(shown)) ?? null)}
            contradiction={asked !== null && asked.newest === null && asked.why.length > 0 ? asked : null}
            known={known}
            services={services}
            pins={pins}
            onPins={setPins}
            onlyReady={onlyReady}
          />
          <PlanCard way={way} />
        </div>
      </div>
    </Page>
  );
}

interface MarkButtonProps {
  readonly mark: Mark;
  readonly current: Mark | null;
  readonly onMark: (mark: Mark | null) => void;
}

function MarkButton({ current, mark, onMark }: MarkButtonProps) {
  const t = useTranslations("versions");
  const isOn = current === mark;
  return (
    <Button
      aria-pressed={isOn}
      title={t(`${mark}Hint`)}
      className={isOn ? "border-accent! bg-accent-soft! text-accent!" : ""}
      onClick={() => onMark(isOn ? null : mark)}
    >
      {t(mark)}
    </Button>
  );
}

function commandOf(pins: Pins, onlyReady: boolean) {
  const texts = pinTexts(pins);
  const query = new URLSearchParams([...texts.map((text) => ["pin", text]), ...(onlyReady ? [["live", "true"]] : [])]).toString();
  return {
    cli: ["interlock space", ...texts.map((text) => `--pin ${text}`), ...(onlyReady ? ["--live"] : [])].join(" "),
    method: "GET" as const,
    path: `/api/v1/version-space${query === "" ? "" : `?${query.replaceAll("%40", "@")}`}`,
  };
}
