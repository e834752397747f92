"use client";

import { useTranslations } from "use-intl";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useInstances } from "@/components/live/use-instances.ts";
import { useNow } from "@/components/ui/use-now.ts";
import { plainCauses } from "./plain-causes.ts";
import { useIdentities } from "./use-identities.ts";

const SHOWN_MAX = 4;

/** Why calls between two services go in plain text: what each end lacks, instance by instance. */
export function PlainReasons({ from, to }: { readonly from: string; readonly to: string }) {
  const t = useTranslations("security");
  const nowMs = useNow();
  const identities = useIdentities().data;
  const callers = useInstances(from, from !== INGRESS).data;
  const callees = useInstances(to).data;
  if (!identities || !callees || (from !== INGRESS && !callers) || nowMs === 0)
    return <p className="text-sm text-ink-3">{t("plain.asking")}</p>;
  const causes = plainCauses({ from, callers: callers?.items ?? [], callees: callees.items, certificates: identities.items, nowMs });
  if (causes.length === 0) return <p className="text-sm text-ink-3">{t("plain.settling")}</p>;
  return (
    <ul className="grid gap-0.5 text-sm text-ink-2">
      {causes.slice(0, SHOWN_MAX).map((cause) => (
        <li key={`${cause.end} ${cause.subject}`} className="break-words">
          <span className="mono">{cause.subject}</span>: {t(`why.${cause.reason}`, { node: cause.node })}
        </li>
      ))}
      {causes.length > SHOWN_MAX && <li className="text-ink-3">{t("plain.moreInstances", { n: causes.length - SHOWN_MAX })}</li>}
    </ul>
  );
}
