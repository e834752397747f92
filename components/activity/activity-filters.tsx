"use client";

import { useTranslations } from "use-intl";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { FindField } from "@/components/ui/find-field.tsx";
import { Select } from "@/components/ui/select.tsx";
import type { Change } from "@/lib/client/index.ts";
import { useChangeText } from "./change-text.ts";

/** What is left out is "". */
export interface Filters {
  readonly service: string;
  readonly author: string;
  readonly kind: string;
  readonly q: string;
}

/** The filters that a URL asks for. */
export function readFilters(params: URLSearchParams): Filters {
  const read = (name: string) => params.get(name) ?? "";
  return { service: read("service"), author: read("author"), kind: read("kind"), q: read("q") };
}

/** Whether a change is among those asked for. */
export function fits(change: Change, { service, author, kind, q }: Filters): boolean {
  if (service !== "" && !change.services.includes(service)) return false;
  if (author !== "" && change.author !== author) return false;
  if (kind !== "" && change.kind !== kind) return false;
  return q === "" || `${change.id} ${change.subject} ${change.author} ${change.reason}`.toLowerCase().includes(q.toLowerCase());
}

const TYPING_PAUSE_MS = 250;

interface FiltersProps {
  readonly filters: Filters;
  readonly changes: readonly Change[];
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
  readonly isFollowing: boolean;
  readonly onFollow: (follow: boolean) => void;
}

/** Which changes to show; all of it lies in the URL. */
export function ActivityFilters({ filters, changes, onChange, isFollowing, onFollow }: FiltersProps) {
  const t = useTranslations("activity");
  const { kindOf } = useChangeText();
  const { services } = useTopologyShape();
  const authors = [...new Set([...changes.map((change) => change.author), filters.author])].filter(Boolean).sort();
  const kinds = [...new Set([...changes.map((change) => change.kind), filters.kind])].filter(Boolean).sort();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <FindField
        className="min-w-[220px] flex-1"
        label={t("find")}
        value={filters.q}
        onChange={(q) => onChange({ q })}
        pauseMs={TYPING_PAUSE_MS}
      />
      <Select
        label={t("filterService")}
        className="w-[170px]"
        value={filters.service}
        onChange={(service) => onChange({ service })}
        options={[{ value: "", label: t("allServices") }, ...services.map(({ name }) => ({ value: name, label: name }))]}
      />
      <Select
        label={t("filterKind")}
        className="w-[150px]"
        value={filters.kind}
        onChange={(kind) => onChange({ kind })}
        options={[{ value: "", label: t("allKinds") }, ...kinds.map((kind) => ({ value: kind, label: kindOf(kind) }))]}
      />
      <Select
        label={t("filterAuthor")}
        className="w-[140px]"
        value={filters.author}
        onChange={(author) => onChange({ author })}
        options={[{ value: "", label: t("allAuthors") }, ...authors.map((author) => ({ value: author, label: author }))]}
      />
      <label className="ml-auto flex h-[30px] cursor-pointer items-center gap-2 text-sm text-ink-2">
        <input
          type="checkbox"
          className="size-3.5 accent-accent"
          checked={isFollowing}
          onChange={(event) => onFollow(event.target.checked)}
        />
        {t("follow")}
      </label>
    </div>
  );
}
