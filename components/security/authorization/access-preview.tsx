"use client";

import { useTranslations } from "use-intl";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useIncomingEdges } from "@/components/live/use-edge.ts";
import { formatRate } from "@/components/ui/format.ts";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { Tag, type Tone } from "@/components/ui/tag.tsx";
import type { AuthorizationPolicy } from "@/lib/model/index.ts";
import { useIdentities } from "../use-identities.ts";
import { type AccessRow, accessOf } from "./access-of.ts";
import type { CallerAnswer } from "./caller-verdict.ts";
import type { Policy } from "./policy-form.ts";

const TONES: Readonly<Record<AccessRow["answer"]["verdict"], Tone>> = { allowed: "ok", partly: "warn", refused: "bad" };

interface AccessPreviewProps {
  readonly service: string;
  readonly draft: Policy;
  readonly inForce: Policy | null;
}

/** The callers of now, and whether they could still call under the draft; decided by the code of the proxies. */
export function AccessPreview({ service, draft, inForce }: AccessPreviewProps) {
  const t = useTranslations("security.policies");
  const edges = useIncomingEdges(service);
  const trustDomain = useIdentities().data?.trustDomain ?? "";
  const rows = accessOf({ edges, draft: draft as AuthorizationPolicy, inForce: inForce as AuthorizationPolicy | null, trustDomain });
  const losing = rows.filter(({ change }) => change === "loses").length;
  return (
    <section aria-label={t("preview")} className="grid gap-2">
      <div className="flex flex-wrap items-baseline gap-x-2.5">
        <h2>{t("preview")}</h2>
        <span className={losing > 0 ? "text-bad" : "text-ink-3"}>{losing > 0 ? t("losing", { n: losing }) : t("previewAside")}</span>
      </div>
      {rows.length === 0 ? (
        <p className="text-ink-3">{t("noCallers")}</p>
      ) : (
        <div className="overflow-hidden rounded-3 border border-line">
          <Table label={t("preview")}>
            <thead>
              <tr>
                <Th left>{t("caller")}</Th>
                <Th>{t("requests")}</Th>
                <Th left>{t("couldCall")}</Th>
                <Th left>{t("why")}</Th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <PreviewRow key={`${row.caller.service} ${row.caller.version}`} row={row} />
              ))}
            </tbody>
          </Table>
        </div>
      )}
    </section>
  );
}

/** Why a caller gets in, does not, or does in part. */
function useWhy({ refused, rule, verdict }: CallerAnswer): string {
  const t = useTranslations("security.policies");
  if (refused !== null) return refused === "" ? t("refusedOther") : t("refusedKind", { request: refused });
  if (rule !== null) return t(verdict === "refused" ? "byDeny" : "byAllow", { rule });
  return t(verdict === "refused" ? "noAllow" : "noDeny");
}

function PreviewRow({ row }: { readonly row: AccessRow }) {
  const t = useTranslations("security.policies");
  const { answer, caller, change, rps } = row;
  const why = useWhy(answer);
  return (
    <tr>
      <Td left>
        {caller.service === INGRESS ? t("outside") : caller.service}
        {caller.version !== null && <span className="mono text-ink-3"> {caller.version}</span>}
      </Td>
      <Td className="text-ink-2">{t("perSecond", { rate: formatRate(rps) })}</Td>
      <Td left>
        <span className="flex items-center gap-2">
          <Tag tone={TONES[answer.verdict]}>{t(`couldCallTag.${answer.verdict}`)}</Tag>
          {change !== "same" && (
            <span className={change === "loses" ? "strong text-sm text-bad" : "strong text-sm text-ok"}>{t(`change.${change}`)}</span>
          )}
        </span>
      </Td>
      <Td left className="text-ink-2">
        {why}
      </Td>
    </tr>
  );
}
