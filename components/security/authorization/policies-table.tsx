"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { useLive } from "@/components/live/use-live.ts";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { Card } from "@/components/shell/page.tsx";
import { deniedRate } from "@/components/topology/canvas/edge-label-text.ts";
import { Button } from "@/components/ui/button.tsx";
import { FindField } from "@/components/ui/find-field.tsx";
import { formatRate } from "@/components/ui/format.ts";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { Tag, type Tone } from "@/components/ui/tag.tsx";
import type { AuthorizationPolicy } from "@/lib/model/index.ts";
import { type Openness, opennessOf } from "./policy-graph.ts";

const ROWS_MAX = 100;

export const OPENNESS_TONES: Readonly<Record<Openness, Tone>> = { open: "unknown", denies: "warn", allows: "ok", closed: "bad" };

interface PoliciesTableProps {
  readonly policies: ReadonlyMap<string, AuthorizationPolicy>;
  readonly onOpen: (service: string) => void;
}

/** Every service: how open it is, what it refuses now, and the way to change it. Those with a policy come first. */
export function PoliciesTable({ policies, onOpen }: PoliciesTableProps) {
  const t = useTranslations("security.policies");
  const common = useTranslations("common");
  const [text, setText] = useState("");
  const names = useTopologyShape()
    .services.map(({ name }) => name)
    .filter((name) => name.includes(text.trim()))
    .toSorted((left, right) => Number(policies.has(right)) - Number(policies.has(left)));
  return (
    <Card flush title={t("services")} aside={<FindField className="ml-auto w-[220px]" label={t("find")} value={text} onChange={setText} />}>
      <Table label={t("services")}>
        <thead>
          <tr>
            <Th left>{common("service")}</Th>
            <Th left>{t("whoMay")}</Th>
            <Th>{t("rules")}</Th>
            <Th>{t("deniedNow")}</Th>
            <Th>
              <span className="sr-only">{common("edit")}</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {names.slice(0, ROWS_MAX).map((name) => (
            <PolicyRow key={name} service={name} policy={policies.get(name)} onOpen={() => onOpen(name)} />
          ))}
        </tbody>
      </Table>
      {names.length > ROWS_MAX && <p className="border-t border-line px-4 py-2 text-ink-3">{t("more", { n: names.length - ROWS_MAX })}</p>}
    </Card>
  );
}

interface PolicyRowProps {
  readonly service: string;
  readonly policy: AuthorizationPolicy | undefined;
  readonly onOpen: () => void;
}

function PolicyRow({ service, policy, onOpen }: PolicyRowProps) {
  const t = useTranslations("security.policies");
  const denied = useLive((state) =>
    [...state.serviceEdges.values()].filter((edge) => edge.to === service).reduce((sum, edge) => sum + edge.denied, 0),
  );
  const windowMs = useLive((state) => state.windowMs);
  const openness = opennessOf(policy);
  return (
    <tr>
      <Td left className="strong">
        {service}
      </Td>
      <Td left>
        <Tag tone={OPENNESS_TONES[openness]}>{t(`openness.${openness}`)}</Tag>
      </Td>
      <Td className="text-ink-2">{policy?.rules.length ?? "–"}</Td>
      <Td className={denied > 0 ? "strong text-bad" : "text-ink-3"}>
        {denied > 0 ? t("perSecond", { rate: formatRate(deniedRate(denied, windowMs)) }) : "0"}
      </Td>
      <Td>
        <Button size="small" aria-label={t("editOf", { service })} onClick={onOpen}>
          {policy === undefined ? t("restrict") : t("edit")}
        </Button>
      </Td>
    </tr>
  );
}
