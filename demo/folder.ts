/** Folder: the one that is to be indexed, checked before anything starts. */
import { access, constants, realpath, stat } from "node:fs/promises";
import { CALLED_AS } from "./arguments.ts";
import { DemoError, systemCode } from "./errors.ts";

/** Its true path. Throws DemoError ERR_DEMO_FOLDER. */
export async function openFolder(folder: string): Promise<string> {
  try {
    const root = await realpath(folder);
    if (!(await stat(root)).isDirectory()) throw new DemoError("ERR_DEMO_FOLDER", "");
    await access(root, constants.R_OK | constants.X_OK);
    return root;
  } catch (error) {
    const why = error instanceof DemoError ? "it is not a folder" : systemCode(error);
    throw new DemoError(
      "ERR_DEMO_FOLDER",
      `${folder} cannot be indexed (${why}); name a folder: ${CALLED_AS} index FOLDER`,
    );
  }
}
