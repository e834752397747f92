"use client";

import { useId } from "react";
import { useTranslations } from "use-intl";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import type { SortedProblems } from "@/components/services/problems-by-path.ts";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { NO_FILTER, TAP_PARTS, type TapFilter, type TapPart } from "./tap-filter.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const STATUSES = ["2xx", "3xx", "4xx", "5xx", "403", "429", "503", "504"];
const CODES = [
  "authorization.denied",
  "authorization.token-invalid",
  "identity.peer-mismatch",
  "identity.plaintext-refused",
  "overload.concurrency",
  "overload.requests",
  "routing.fault-injected",
  "routing.no-compatible-version",
  "routing.no-healthy-instance",
  "upstream.connect-failure",
  "upstream.reset",
  "upstream.timeout",
  "upstream.try-timeout",
];

interface TapFilterFormProps {
  readonly filter: TapFilter;
  readonly fixed: Partial<TapFilter>;
  /** What the engine says is wrong with it. */
  readonly problems: SortedProblems;
  readonly onChange: (part: TapPart, text: string) => void;
  readonly onClear: () => void;
}

/** One field per part of the filter, with what the mesh knows as suggestions; a part that the place fixes has no field. */
export function TapFilterForm({ filter, fixed, problems, onChange, onClear }: TapFilterFormProps) {
  const t = useTranslations("tap");
  const lists = useId();
  const { services } = useTopologyShape();
  const versionsOf = (name: string) => services.find((service) => service.name === name)?.versions ?? [];
  const suggestions: Partial<Record<TapPart, readonly string[]>> = {
    caller: [INGRESS, ...services.map(({ name }) => name)],
    callerVersion: versionsOf(filter.caller),
    service: services.map(({ name }) => name),
    version: versionsOf(filter.service),
    method: METHODS,
    status: STATUSES,
    code: CODES,
  };
  const parts = TAP_PARTS.filter((part) => fixed[part] === undefined);
  const isEmpty = parts.every((part) => filter[part] === NO_FILTER[part]);
  return (
    <form
      aria-label={t("filter")}
      onSubmit={(event) => event.preventDefault()}
      className="grid grid-cols-5 items-start gap-x-3 gap-y-2.5 px-4 pb-3.5 pt-3"
    >
      {parts.map((part) => (
        <div key={part}>
          <TextField
            label={t(`part.${part}`)}
            value={filter[part]}
            placeholder={t(`placeholder.${part}`)}
            problem={problems.at(part)}
            mono
            autoComplete="off"
            spellCheck={false}
            {...(part === "minDurationMs" && { inputMode: "numeric" as const })}
            {...(suggestions[part] && { list: `${lists}-${part}` })}
            onChange={(event) => onChange(part, event.target.value)}
          />
          {suggestions[part] && (
            <datalist id={`${lists}-${part}`}>
              {suggestions[part].map((text) => (
                <option key={text} value={text} />
              ))}
            </datalist>
          )}
        </div>
      ))}
      <div className="self-end justify-self-start pt-[22px]">
        <Button kind="ghost" onClick={onClear} whyNot={isEmpty ? t("noFilter") : null}>
          {t("clear")}
        </Button>
      </div>
    </form>
  );
}
