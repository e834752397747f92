import type { Refusal } from "../../model/index.ts";
import { refusal } from "../answer.ts";

type HeaderReader = (name: string) => string | undefined;

/**
 * Refuses what another site's page makes a browser send. Programs send neither header; a browser cannot leave them out.
 * `Host` has been checked before, so an `Origin` that equals it is one of ours.
 */
export function checkSameSite(header: HeaderReader): Refusal | undefined {
  const site = header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return crossSite("headers.sec-fetch-site", site);
  const origin = header("origin");
  if (origin !== undefined && hostOf(origin) !== header("host")?.toLowerCase()) return crossSite("headers.origin", origin);
  return undefined;
}

function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1];
}

function crossSite(path: string, value: string): Refusal {
  return refusal({
    path,
    code: "request.cross-site",
    detail: `A page from elsewhere ("${value.slice(0, 200)}") asked for this.`,
    fix: "Use the console under its own address, or a program that is not a browser.",
  });
}
