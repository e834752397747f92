"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { useServices } from "@/components/live/use-services.ts";
import { Button } from "@/components/ui/button.tsx";
import { formatWeight } from "@/components/ui/format.ts";
import { Select } from "@/components/ui/select.tsx";
import type { Service } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import type { NamedVersion } from "./plan-question.ts";

interface VersionRowsProps {
  /** A target names a service once; a version to avoid may be one of several of its service. */
  readonly kind: "target" | "avoid";
  readonly versions: readonly NamedVersion[];
  readonly onVersions: (versions: readonly NamedVersion[]) => void;
}

/** Services with a version each; the live ones are marked, and those that nothing serves. */
export function VersionRows({ kind, onVersions, versions }: VersionRowsProps) {
  const t = useTranslations("plans.form");
  const services = useServices().filter((service) => service.versions.length > 0);
  const taken = new Set(versions.map(({ service }) => service));
  const addable = kind === "target" ? firstAddable(services, taken) : services.find((service) => service.versions.length > 1);
  const replace = (index: number, next: NamedVersion) => onVersions(versions.map((each, place) => (place === index ? next : each)));
  return (
    <div className="grid gap-2">
      {kind === "target" && services.length === 0 && <p className="text-ink-3">{t("noServices")}</p>}
      {versions.map((named, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; what stands in it changes while it is edited.
        <div key={index} className="flex items-center gap-2">
          <Select
            label={t("service")}
            className="w-[190px] shrink-0"
            value={named.service}
            onChange={(service) => replace(index, suggest(services, service, kind))}
            options={serviceOptions(services, named.service, kind === "target" ? taken : new Set())}
          />
          <Select
            mono
            label={t("version", { service: named.service })}
            className="min-w-0 flex-1"
            value={named.version}
            onChange={(version) => replace(index, { ...named, version })}
            options={versionOptions(services, named, t)}
          />
          <Button
            kind="ghost"
            size="icon"
            aria-label={
              kind === "target"
                ? t("remove", { service: named.service })
                : t("removeAvoid", { version: `${named.service} ${named.version}` })
            }
            onClick={() => onVersions(versions.filter((_, place) => place !== index))}
          >
            <X aria-hidden />
          </Button>
        </div>
      ))}
      {addable && (
        <Button
          size="small"
          className="justify-self-start"
          onClick={() => onVersions([...versions, suggest(services, addable.name, kind)])}
        >
          <Plus aria-hidden />
          {kind === "target" ? t("add") : t("addAvoid")}
        </Button>
      )}
    </div>
  );
}

/** One that has somewhere to go, where there is one. */
function firstAddable(services: readonly Service[], taken: ReadonlySet<string>): Service | undefined {
  const free = services.filter(({ name }) => !taken.has(name));
  return free.find(({ versions }) => versions.some(({ live, ready }) => !live && ready > 0)) ?? free[0];
}

/** The newest version that is not live yet and could be gone to, else the newest. */
function suggest(services: readonly Service[], name: string, kind: "target" | "avoid"): NamedVersion {
  const versions = newestFirst(services.find((service) => service.name === name));
  const isNew = (version: Service["versions"][number]) => !version.live && (kind === "avoid" || version.ready > 0);
  return { service: name, version: (versions.find(isNew) ?? versions[0])?.version ?? "" };
}

function newestFirst(service: Service | undefined): Service["versions"] {
  return (service?.versions ?? []).toSorted((left, right) => compareVersions(right.version, left.version));
}

function serviceOptions(services: readonly Service[], current: string, taken: ReadonlySet<string>) {
  const names = services.map(({ name }) => name).filter((name) => name === current || !taken.has(name));
  return (names.includes(current) ? names : [current, ...names]).map((name) => ({ value: name, label: name }));
}

/** A version of the address that is not registered stays to be seen; the engine says what is wrong with it. */
function versionOptions(services: readonly Service[], named: NamedVersion, t: ReturnType<typeof useTranslations<"plans.form">>) {
  const service = services.find(({ name }) => name === named.service);
  const options = newestFirst(service).map(({ live, ready, version, weightBp }) => ({
    value: version,
    label: live ? t("live", { version, share: formatWeight(weightBp) }) : ready === 0 ? t("notReady", { version }) : version,
  }));
  return options.some(({ value }) => value === named.version) ? options : [{ value: named.version, label: named.version }, ...options];
}
