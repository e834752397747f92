"use client";

import { Command } from "cmdk";
import {
  Activity,
  CalendarX2,
  ChartNoAxesColumn,
  CornerUpLeft,
  Gauge,
  Grid2x2Check,
  HelpCircle,
  Languages,
  List,
  Lock,
  Milestone,
  Radio,
  Rocket,
  RotateCcw,
  Route,
  Settings2,
  ShieldCheck,
  SlidersHorizontal,
  SunMoon,
  Workflow,
} from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { useTranslations } from "use-intl";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { newPlanHref } from "@/components/plans/plan-question.ts";
import { newReleaseHref } from "@/components/releases/release-question.ts";
import { openRollback } from "@/components/rollback/rollback-store.ts";
import { startTour } from "@/components/tour/tour-store.ts";
import { LOAD_CHOICES } from "./load-menu.tsx";
import { isDarkNow, usePreferences } from "./preferences.tsx";
import { showOverlay } from "./shell-store.ts";
import { useLoad } from "./use-load.ts";

const PAGES = [
  ["topology", Workflow],
  ["services", List],
  ["versions", ChartNoAxesColumn],
  ["compatibility", Grid2x2Check],
  ["releases", Rocket],
  ["plans", Milestone],
  ["governance", CalendarX2],
  ["tap", Radio],
  ["security", Lock],
  ["activity", Activity],
  ["settings", Settings2],
] as const;

/** Goes anywhere and does anything from the keyboard. */
export function CommandPalette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useTranslations("shell.palette");
  const [text, setText] = useState("");
  const close = () => {
    setText("");
    onClose();
  };
  return (
    <Command.Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      label={t("open")}
      overlayClassName="fixed inset-0 z-40 bg-veil"
      contentClassName="fixed left-1/2 top-[12vh] z-50 w-[600px] max-w-[calc(100vw-32px)] -translate-x-1/2 overflow-hidden rounded-3 border border-line-2 bg-panel shadow-raised"
    >
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder={t("placeholder")}
        className="h-12 w-full border-b border-line bg-transparent px-4 text-md outline-none placeholder:text-ink-3 focus-visible:shadow-none"
      />
      <Command.List className="max-h-[46vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-ink-3">{t("empty")}</Command.Empty>
        <Places onDone={close} />
        <Actions onDone={close} isSearching={text !== ""} />
      </Command.List>
    </Command.Dialog>
  );
}

function Places({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("shell");
  const router = useRouter();
  const shape = useTopologyShape();
  const go = (path: string) => {
    onDone();
    router.push(path);
  };
  return (
    <>
      <Group heading={t("palette.pages")}>
        {PAGES.map(([key, Icon]) => (
          <Item key={key} value={`${t("palette.pages")} ${t(`nav.${key}`)}`} onSelect={() => go(`/${key}`)}>
            <Icon aria-hidden />
            {t(`nav.${key}`)}
          </Item>
        ))}
      </Group>
      <Group heading={t("palette.services")}>
        {shape.services.map(({ name, versions }) => (
          <Item key={name} value={`${name} ${versions.join(" ")}`} onSelect={() => go(`/services/${encodeURIComponent(name)}`)}>
            <List aria-hidden />
            {name}
            <span className="ml-auto truncate font-mono text-xs text-ink-3">{versions.join("  ")}</span>
          </Item>
        ))}
      </Group>
    </>
  );
}

function Actions({ onDone, isSearching }: { readonly onDone: () => void; readonly isSearching: boolean }) {
  const t = useTranslations("shell.palette");
  const release = useTranslations("newRelease");
  const router = useRouter();
  const { services } = useTopologyShape();
  const { theme, setTheme, locale, setLocale } = usePreferences();
  const { load, setLoad } = useLoad();
  const run = (action: () => void) => () => {
    onDone();
    action();
  };
  const steerable = services.filter((service) => service.versions.length > 1);
  return (
    <Group heading={t("actions")}>
      <Item onSelect={run(() => showOverlay("undo"))}>
        <CornerUpLeft aria-hidden />
        {t("undoLast")}
      </Item>
      <Item onSelect={run(() => router.push(newPlanHref([])))}>
        <Milestone aria-hidden />
        {t("newPlan")}
      </Item>
      <Item onSelect={run(() => router.push(newReleaseHref()))}>
        <Rocket aria-hidden />
        {release("title")}
      </Item>
      {/* One line per service and verb is worth showing only once something is typed. */}
      {isSearching &&
        steerable.map(({ name }) => (
          <Item key={`rollback ${name}`} onSelect={run(() => openRollback(name))}>
            <RotateCcw aria-hidden />
            {t("rollback", { service: name })}
          </Item>
        ))}
      {isSearching &&
        steerable.flatMap(({ name, versions }) =>
          versions.map((version) => (
            <Item key={`release ${name} ${version}`} onSelect={run(() => router.push(newReleaseHref(name, version)))}>
              <Rocket aria-hidden />
              {release("begin.palette", { service: name, version })}
            </Item>
          )),
        )}
      {isSearching &&
        steerable.map(({ name }) => (
          <Item key={`split ${name}`} onSelect={run(() => router.push(`/services/${encodeURIComponent(name)}#split`))}>
            <SlidersHorizontal aria-hidden />
            {t("setSplit", { service: name })}
          </Item>
        ))}
      {isSearching &&
        services.map(({ name }) => (
          <Item key={`routes ${name}`} onSelect={run(() => router.push(`/services/${encodeURIComponent(name)}?tab=routes`))}>
            <Route aria-hidden />
            {t("testRequest", { service: name })}
          </Item>
        ))}
      {isSearching &&
        services.map(({ name }) => (
          <Item key={`resilience ${name}`} onSelect={run(() => router.push(`/services/${encodeURIComponent(name)}?tab=resilience`))}>
            <ShieldCheck aria-hidden />
            {t("resilience", { service: name })}
          </Item>
        ))}
      <Item onSelect={run(() => setTheme(isDarkNow(theme) ? "light" : "dark"))}>
        <SunMoon aria-hidden />
        {t("toggleTheme", { theme: isDarkNow(theme) ? t("light") : t("dark") })}
      </Item>
      <Item onSelect={run(() => setLocale(locale === "en" ? "zh" : "en"))}>
        <Languages aria-hidden />
        {t("toggleLanguage")}
      </Item>
      {load &&
        LOAD_CHOICES.map((rate) => (
          <Item key={rate} onSelect={run(() => setLoad(rate))}>
            <Gauge aria-hidden />
            {t("loadSet", { rate })}
          </Item>
        ))}
      <Item onSelect={run(startTour)}>
        <HelpCircle aria-hidden />
        {t("tour")}
      </Item>
      <Item onSelect={run(() => showOverlay("help"))}>
        <HelpCircle aria-hidden />
        {t("help")}
      </Item>
    </Group>
  );
}

function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-[560] [&_[cmdk-group-heading]]:text-ink-3"
    >
      {children}
    </Command.Group>
  );
}

function Item({ value, onSelect, children }: { readonly value?: string; readonly onSelect: () => void; readonly children: ReactNode }) {
  return (
    <Command.Item
      {...(value !== undefined && { value })}
      onSelect={onSelect}
      className="flex h-[34px] cursor-default items-center gap-2.5 rounded-2 px-2.5 data-[selected=true]:bg-accent-soft [&_svg]:size-[15px] [&_svg]:shrink-0 [&_svg]:text-ink-3"
    >
      {children}
    </Command.Item>
  );
}
