"use client";

import "@xyflow/react/dist/base.css";
import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { useTopologyLoaded, useTopologyShape } from "@/components/live/use-mesh.ts";
import { useAllLocks } from "@/components/splits/use-split-locks.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { type Command, CopyCommand } from "@/components/ui/copy-command.tsx";
import { CanvasActionsContext } from "./canvas/canvas-actions.ts";
import { createPictureStore, PictureContext, type PictureItem, select as selectInPicture, usePicture } from "./canvas/picture-store.ts";
import { TopologyCanvas } from "./canvas/topology-canvas.tsx";
import { CanvasTools } from "./canvas-tools.tsx";
import { EmptyMesh } from "./empty-mesh.tsx";
import { FindBox } from "./find/find-box.tsx";
import { EdgeInspector } from "./inspector/edge-inspector.tsx";
import { ServiceInspector } from "./inspector/service-inspector.tsx";
import { Legend } from "./legend.tsx";
import { LoadingPicture } from "./loading-picture.tsx";
import { useFind } from "./use-find.ts";
import { useFindText } from "./use-find-text.ts";
import { useTopologyKeys } from "./use-topology-keys.ts";
import { useTopologyLayout } from "./use-topology-layout.ts";
import { type TopologyUrl, useTopologyUrl } from "./use-topology-url.ts";

/** What the picture shows, for a terminal. */
const SHOWN: Command = { cli: "interlock status", method: "GET", path: "/api/v1/topology" };

/** The picture of the mesh with its inspector. */
export function TopologyView() {
  const [picture] = useState(createPictureStore);
  const url = useTopologyUrl();
  const { select } = url;
  const actions = useMemo(
    () => ({ open: (item: PictureItem) => select(item), setCursor: (cursor: string) => picture.setState({ cursor }) }),
    [select, picture],
  );
  return (
    <PictureContext value={picture}>
      <CanvasActionsContext value={actions}>
        <ReactFlowProvider>
          <Picture url={url} picture={picture} />
        </ReactFlowProvider>
      </CanvasActionsContext>
    </PictureContext>
  );
}

function Picture({ url, picture }: { readonly url: TopologyUrl; readonly picture: ReturnType<typeof createPictureStore> }) {
  const t = useTranslations("topology");
  const isLoaded = useTopologyLoaded();
  const isEmpty = useTopologyShape().services.length === 0;
  const layout = useTopologyLayout(picture);
  const locks = useAllLocks();
  const { selected, select } = url;
  useEffect(() => picture.setState({ locks }), [picture, locks]);
  useEffect(() => picture.setState(selectInPicture(selected)), [picture, selected]);
  const [find, setFind] = useFindText(url);
  useFind(picture, find, url.hideOthers);
  useTopologyKeys(url, picture);
  const found = usePicture((state) => state.found?.size ?? null);
  return (
    <div className="relative flex h-full">
      {/* The inspector and the empty mesh bring a heading of their own. */}
      {selected === null && !(isLoaded && isEmpty) && <h1 className="sr-only">{t("title")}</h1>}
      <div className="relative min-w-0 flex-1 overflow-hidden bg-canvas">
        {isLoaded && isEmpty ? (
          <EmptyMesh />
        ) : (
          <>
            <TopologyCanvas layout={layout} onOpen={select} />
            {!layout.isPlaced && <LoadingPicture />}
            <FindBox text={find} onText={setFind} hideOthers={url.hideOthers} onHideOthers={url.setHideOthers} found={found} />
            <div
              className={classNames(
                "pointer-events-none absolute right-3.5 bottom-3.5 left-3.5 z-10 flex items-center justify-between gap-3",
                selected !== null && "max-[1199px]:right-[386px]",
              )}
            >
              <Legend />
              {selected === null && (
                <CopyCommand
                  command={SHOWN}
                  className="pointer-events-auto ml-auto hidden h-[34px] w-[270px] shrink-0 rounded-[8px] border min-[1300px]:flex"
                />
              )}
              <CanvasTools onArrange={layout.arrange} />
            </div>
          </>
        )}
      </div>
      {selected?.kind === "service" && (
        <ServiceInspector service={selected.id} onClose={() => select(null)} onEdge={(id) => select({ kind: "edge", id })} />
      )}
      {selected?.kind === "edge" && <EdgeInspector edgeKey={selected.id} onClose={() => select(null)} />}
    </div>
  );
}
