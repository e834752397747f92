/** Writes `public/openapi.json` from the contract. Run it after every change of the contract; a test compares. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createOpenApiDocument } from "./openapi-document.ts";

const root = new URL("../../", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { version: string };
mkdirSync(new URL("public/", root), { recursive: true });
writeFileSync(new URL("public/openapi.json", root), `${JSON.stringify(createOpenApiDocument(version), null, 2)}\n`);
