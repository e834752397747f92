import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Replaces a file so that after any crash either the old or the new content is there, whole: written aside, fsynced, renamed, folder fsynced. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const aside = `${path}.new`;
  const file = await open(aside, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
