import { unlock } from "./unlock.ts";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

export { unlock as GET };
