import { fileURLToPath } from "node:url";
import type { NextConfig } from "next";

const config: NextConfig = {
  reactCompiler: true,
  poweredByHeader: false,
  images: { unoptimized: true },
  // TypeScript 7 has no JavaScript API that Next could call; `npm run typecheck` checks the same files with the real compiler.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: fileURLToPath(new URL(".", import.meta.url)) },
};

export default config;
