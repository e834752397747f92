"use client";

import { useTranslations } from "use-intl";
import { useMesh } from "@/components/live/use-mesh.ts";
import { CopyCommand } from "@/components/ui/copy-command.tsx";

/** A mesh without services: how to add the first one, and how to see traffic. */
export function EmptyMesh() {
  const t = useTranslations("topology.empty");
  const ingressPort = useMesh()?.proxies.find((proxy) => proxy.ingressPort !== null)?.ingressPort ?? 15_080;
  const manifest = { services: { hello: { versions: { "1.0.0": { instances: [{ address: "127.0.0.1", port: 9001 }] } } } } };
  return (
    <div className="absolute inset-0 grid place-items-center overflow-y-auto p-6">
      <div className="card w-full max-w-[560px] overflow-hidden shadow-raised">
        <div className="grid gap-2 px-5 py-5">
          <h1>{t("title")}</h1>
          <p className="text-ink-2">{t("body")}</p>
          <pre className="mt-1 overflow-x-auto rounded-2 bg-sunken px-3 py-2.5 font-mono text-[11.5px] leading-[18px] text-ink-2">
            {MANIFEST}
          </pre>
        </div>
        <CopyCommand command={{ cli: "interlock apply -f mesh.yaml", method: "POST", path: "/api/v1/manifest", body: manifest }} />
        <p className="px-5 pt-3 text-ink-2">{t("afterwards")}</p>
        <pre className="overflow-x-auto px-5 pt-1 pb-4 font-mono text-[11.5px] text-ink">{`curl -H 'host: hello.mesh' http://127.0.0.1:${ingressPort}/`}</pre>
      </div>
    </div>
  );
}

const MANIFEST = `# mesh.yaml
services:
  hello:
    versions:
      1.0.0: { instances: [{ address: 127.0.0.1, port: 9001 }] }`;
