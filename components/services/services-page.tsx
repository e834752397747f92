"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useLive } from "@/components/live/use-live.ts";
import { queries } from "@/components/shell/api.ts";
import { Card, Page } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Basis } from "@/components/ui/figure.tsx";
import { FindField } from "@/components/ui/find-field.tsx";
import { ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import { EmptyMesh } from "./empty-mesh.tsx";
import { ServiceForm } from "./service-form.tsx";
import { ServicesTable } from "./services-table.tsx";

/** Every service with its versions and what the proxies measure on them. */
export function ServicesPage() {
  const t = useTranslations("services");
  const [params, setParams] = useUrlState();
  const [isRegistering, setRegistering] = useState(false);
  const windowMs = useLive((state) => state.windowMs);
  const { data, error, refetch } = useQuery({ ...queries.services(), refetchInterval: 5_000 });
  const services = data?.items;
  const filter = params.get("q") ?? "";
  const isEmpty = services?.length === 0;
  return (
    <Page
      title={t("title")}
      aside={
        services &&
        !isEmpty && (
          <span className="text-ink-2">
            {t("aside", { services: services.length, versions: services.reduce((sum, each) => sum + each.versions.length, 0) })}
            {windowMs > 0 && (
              <>
                {" · "}
                <Basis windowMs={windowMs} />
              </>
            )}
          </span>
        )
      }
      actions={
        <>
          {!isEmpty && <FindField className="w-[260px]" label={t("filter")} value={filter} onChange={(q) => setParams({ q })} />}
          {!isEmpty && (
            <Button onClick={() => setRegistering(true)}>
              <Plus aria-hidden />
              {t("register")}
            </Button>
          )}
        </>
      }
      command={<CopyCommand command={{ cli: "interlock services", method: "GET", path: "/api/v1/services" }} />}
    >
      {isEmpty ? (
        <EmptyMesh onForm={() => setRegistering(true)} />
      ) : (
        <Card flush>
          {services ? (
            <ServicesTable
              services={services}
              filter={filter}
              sort={params.get("sort") ?? "name"}
              onSort={(sort) => setParams({ sort: sort === "name" ? "" : sort })}
            />
          ) : error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : (
            <SkeletonRows count={12} />
          )}
        </Card>
      )}
      {isRegistering && <ServiceForm onClose={() => setRegistering(false)} />}
    </Page>
  );
}
