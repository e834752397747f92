import type { ReactNode } from "react";
import { MainArea } from "./main-area.tsx";
import { Navigation } from "./navigation.tsx";
import { Overlays } from "./overlays.tsx";
import { SkipLink } from "./skip-link.tsx";
import { TopBar } from "./top-bar.tsx";

/** The frame of every page: top bar, navigation with the change set, the page, and what lies over it. */
export function Shell({ children }: { readonly children: ReactNode }) {
  return (
    <div className="grid h-dvh grid-cols-[200px_minmax(0,1fr)] grid-rows-[48px_minmax(0,1fr)]">
      <SkipLink />
      <TopBar />
      <Navigation />
      <MainArea>{children}</MainArea>
      <Overlays />
    </div>
  );
}
