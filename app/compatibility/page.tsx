import type { Metadata } from "next";
import { CompatibilityPage } from "@/components/compatibility/compatibility-page.tsx";

export const metadata: Metadata = { title: "Compatibility" };

export default function Compatibility() {
  return <CompatibilityPage />;
}
