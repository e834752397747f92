import type { Metadata } from "next";
import { Suspense } from "react";
import { ServicesPage } from "@/components/services/services-page.tsx";

export const metadata: Metadata = { title: "Services" };

export default function Services() {
  return (
    <Suspense>
      <ServicesPage />
    </Suspense>
  );
}
