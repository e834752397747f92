"use client";

import { Braces, FileText, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { type Command, CopyCommand, curlOf } from "@/components/ui/copy-command.tsx";

const MANIFEST = `services:
  hello:
    versions:
      1.0.0:
        instances:
          - { address: 127.0.0.1, port: 9001 }
    split:
      weights: { 1.0.0: 10000 }
`;

/** What to do with a mesh that has nothing in it: by form, by manifest, by API. */
export function EmptyMesh({ onForm }: { readonly onForm: () => void }) {
  const t = useTranslations("services.empty");
  const requests = REQUESTS.map((command) => curlOf(command, window.location.origin));
  return (
    <div className="grid gap-4">
      <div className="max-w-[70ch]">
        <h2 className="text-lg">{t("title")}</h2>
        <p className="mt-1 text-ink-2">{t("body", { host: "hello.mesh" })}</p>
      </div>
      <div className="grid gap-4 min-[1100px]:grid-cols-3">
        <Way icon={<Plus aria-hidden />} title={t("form")} body={t("formBody")}>
          <div className="px-4 pb-4">
            <Button kind="primary" onClick={onForm}>
              {t("register")}
            </Button>
          </div>
        </Way>
        <Way icon={<FileText aria-hidden />} title={t("manifest")} body={t("manifestBody", { file: "mesh.yaml" })}>
          <pre className="overflow-x-auto px-4 pb-3 font-mono text-[11.5px] leading-[17px] text-ink-2">{MANIFEST}</pre>
          <CopyCommand command={{ cli: "interlock apply -f mesh.yaml", method: "POST", path: "/api/v1/manifest", body: MANIFEST_BODY }} />
        </Way>
        <Way icon={<Braces aria-hidden />} title={t("api")} body={t("apiBody")}>
          <pre className="whitespace-pre-wrap break-all px-4 pb-4 font-mono text-[11.5px] leading-[17px] text-ink-2">
            {requests.join("\n")}
          </pre>
        </Way>
      </div>
    </div>
  );
}

const REQUESTS: readonly Command[] = [
  { cli: "", method: "POST", path: "/api/v1/services", body: { name: "hello" } },
  { cli: "", method: "POST", path: "/api/v1/services/hello/versions", body: { version: "1.0.0" } },
  { cli: "", method: "POST", path: "/api/v1/services/hello/instances", body: { version: "1.0.0", address: "127.0.0.1", port: 9001 } },
];

const MANIFEST_BODY = {
  services: {
    hello: { versions: { "1.0.0": { instances: [{ address: "127.0.0.1", port: 9001 }] } }, split: { weights: { "1.0.0": 10_000 } } },
  },
};

function Way({
  icon,
  title,
  body,
  children,
}: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly body: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="card flex flex-col overflow-hidden">
      <div className="flex items-start gap-3 px-4 pb-3 pt-4 [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:text-accent">
        {icon}
        <div>
          <h3>{title}</h3>
          <p className="text-ink-2">{body}</p>
        </div>
      </div>
      <div className="mt-auto">{children}</div>
    </section>
  );
}
