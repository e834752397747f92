"use client";

import { useTranslations } from "use-intl";
import { Sheet } from "@/components/ui/dialog.tsx";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { AuthorizationEditor } from "./authorization-editor.tsx";
import { useAuthorization } from "./use-authorization.ts";

/** Who may call a service, over the page. */
export function AuthorizationSheet({ service, onClose }: { readonly service: string; readonly onClose: () => void }) {
  const t = useTranslations("security.policies");
  const { data, error, refetch } = useAuthorization(service);
  if (data) return <AuthorizationEditor live={data} onClose={onClose} />;
  return (
    <Sheet open onClose={onClose} width={760} title={t("sheet", { service })}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton className="h-[320px]" />}
    </Sheet>
  );
}
