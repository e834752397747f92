import { FAR_ZOOM } from "./draw-picture.ts";

/** How a service writes at a zoom: what it leaves out, and by which factor its words grow against the zoom. */
export interface TextScale {
  /** Near: versions with their figures. Middle: the name, versions with their shares, and figures only where something is wrong. Far: the name and its health. */
  readonly detail: "near" | "middle" | "far";
  readonly version: number;
  readonly share: number;
  readonly figure: number;
  readonly name: number;
}

/** Below this zoom the words would be smaller than eleven pixels. */
const GROWING_BELOW = 0.98;
/** Below this zoom version, figure and share no longer fit beside each other in letters of that size. */
const FIGURES_ZOOM = 0.76;
/** As large as the columns and the line hold. */
const MAX = { figure: 1.3, shareBesideFigure: 1.27, version: 1.7, nameOverShares: 1.35, nameAlone: 2 };

/** In steps, so that zooming restyles seldom. */
export function textScale(zoom: number): TextScale {
  const wanted = zoom >= GROWING_BELOW ? 1 : Math.ceil(10 / zoom - 1e-9) / 10;
  const version = Math.min(MAX.version, wanted);
  const figure = Math.min(MAX.figure, wanted);
  if (zoom < FAR_ZOOM) return { detail: "far", version, share: version, figure, name: MAX.nameAlone };
  if (zoom < FIGURES_ZOOM) return { detail: "middle", version, share: version, figure, name: MAX.nameOverShares };
  return { detail: "near", version: figure, share: Math.min(MAX.shareBesideFigure, figure), figure, name: 1 };
}
