/**
 * The demo mesh: real HTTP programs, each in its own process, that call each other only through their proxies; and a load generator.
 * Everything it does goes through the public API, as any user's programs would. It invents no figures: what is shown of it is measured by the proxies.
 * Not part of a mesh in production; `INTERLOCK_DEMO=off` leaves it out.
 */

export { findFreePorts } from "./free-ports.ts";
