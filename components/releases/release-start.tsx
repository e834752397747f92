"use client";

import { Rocket } from "lucide-react";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { newReleaseHref } from "./release-question.ts";
import { useReleaseOf, useStartRelease } from "./use-releases.ts";
import { useStrategies } from "./use-strategies.ts";
import { useStrategySentence } from "./use-strategy-sentence.ts";

interface StartProps {
  readonly service: string;
  readonly version: string;
  /** Why it cannot be released now; null where it can. */
  readonly whyNot: string | null;
}

/** Starts a release with the usual strategy in one press and goes to it; one that is refused opens the form, which says why. */
export function ReleaseStart({ service, version, whyNot }: StartProps) {
  const t = useTranslations("newRelease.begin");
  const router = useRouter();
  const { usual } = useStrategies();
  const running = useReleaseOf(service);
  const start = useStartRelease(({ id }) => {
    toast.success(t("started", { service, version }));
    router.push(`/releases/${encodeURIComponent(id)}`);
  });
  const sentenceOf = useStrategySentence();
  if (running?.version === version) {
    return (
      <Button size="small" onClick={() => router.push(`/releases/${encodeURIComponent(running.id)}`)}>
        <Rocket aria-hidden />
        {t("open")}
      </Button>
    );
  }
  const press = () => {
    if (usual === null) return router.push(newReleaseHref(service, version));
    start.mutate(
      { service, version, strategy: usual.name },
      {
        onError: (error) => {
          if (isGivenUp(error)) return;
          toast.error(t("refused"));
          router.push(newReleaseHref(service, version));
        },
      },
    );
  };
  return (
    <Button
      size="small"
      disabled={start.isPending}
      whyNot={running ? t("busy", { version: running.version }) : whyNot}
      title={usual ? t("releaseHint", { strategy: usual.name, sentence: sentenceOf(usual.strategy) }) : undefined}
      onClick={press}
    >
      <Rocket aria-hidden />
      {t("release")}
    </Button>
  );
}
