import type { MeshState } from "./mesh-state.ts";

/** A mesh of which nothing is known: the state before the first change. */
export const EMPTY_MESH_STATE: MeshState = {
  seq: 0,
  services: new Map(),
  overrides: [],
  evidence: [],
  retiredRevs: new Map(),
  lastTouched: new Map(),
  rootRotation: null,
  plans: new Map(),
  releases: new Map(),
  strategies: new Map(),
  policies: new Map(),
  alerts: new Map(),
  channels: new Map(),
  lifecycles: new Map(),
  freezes: new Map(),
  approvals: new Map(),
  governance: new Map(),
  deployments: new Map(),
  drainedNodes: new Map(),
};
