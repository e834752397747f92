import { passOn } from "../pass-on.ts";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

export { passOn as DELETE, passOn as GET, passOn as HEAD, passOn as OPTIONS, passOn as PATCH, passOn as POST, passOn as PUT };
