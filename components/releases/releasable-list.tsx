"use client";

import { Rocket } from "lucide-react";
import { useTranslations } from "use-intl";
import { useServices } from "@/components/live/use-services.ts";
import { ButtonLink } from "@/components/ui/button.tsx";
import { compareVersions } from "@/lib/model/index.ts";
import { likelyVersion } from "./releasable.ts";
import { newReleaseHref } from "./release-question.ts";

const SHOWN_MAX = 8;

/** The versions that a release is most likely about: newer than any that has traffic, with instances that are ready. Each opens its form. */
export function ReleasableList() {
  const t = useTranslations("releases.releasable");
  const newer = useServices().flatMap((service) => {
    const version = likelyVersion(service);
    const live = Object.entries(service.weights).filter(([, weightBp]) => weightBp > 0);
    const isNewer = version !== "" && live.every(([each]) => compareVersions(version, each) > 0);
    return isNewer ? [{ service: service.name, version }] : [];
  });
  if (newer.length === 0) return null;
  return (
    <section aria-labelledby="releasable" className="border-t border-line px-4 pb-5 pt-4">
      <h3 id="releasable" className="mb-2.5 text-sm font-[540] text-ink-2">
        {t("title")}
      </h3>
      <ul className="flex flex-wrap gap-2">
        {newer.slice(0, SHOWN_MAX).map(({ service, version }) => (
          <li key={service}>
            <ButtonLink href={newReleaseHref(service, version)}>
              <Rocket aria-hidden />
              {service} <span className="mono">{version}</span>
            </ButtonLink>
          </li>
        ))}
      </ul>
      {newer.length > SHOWN_MAX && <p className="mt-2 text-ink-3">{t("more", { n: newer.length - SHOWN_MAX })}</p>}
    </section>
  );
}
