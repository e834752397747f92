"use client";

import { type ReactNode, useEffect, useState } from "react";
import { openSharedLiveStream } from "@/lib/client/index.ts";
import { createLiveStore, type LiveStore, reduceLive } from "./live-store.ts";
import { LiveContext } from "./use-live.ts";

/** Opens the live stream for everything beneath it; mounted once, around all pages. `store`: tests bring their own, without a stream. */
export function LiveProvider({ children, store: given }: { readonly children: ReactNode; readonly store?: LiveStore }) {
  const [store] = useState(() => given ?? createLiveStore());
  useEffect(() => {
    if (given) return undefined;
    const stream = openSharedLiveStream({
      url: "/api/v1/stream",
      topics: ["topology", "splits", "activity", "health"],
      onEvent: (event) => store.setState((state) => reduceLive(state, event, Date.now())),
      onStatus: (status) => store.setState({ status }),
    });
    return () => stream.close();
  }, [given, store]);
  return <LiveContext value={store}>{children}</LiveContext>;
}
