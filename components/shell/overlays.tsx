"use client";

import { AuthorDialog } from "./author-dialog.tsx";

/** What lies over the page, mounted once. */
export function Overlays() {
  return <AuthorDialog />;
}
