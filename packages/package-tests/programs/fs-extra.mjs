import { tmpdir } from "node:os";
import { join } from "node:path";
import fse from "fs-extra";

const root = await fse.mkdtemp(join(tmpdir(), "extra-"));
await fse.outputJson(join(root, "a/b/c.json"), { deep: true }, { spaces: 2 });
await fse.copy(join(root, "a"), join(root, "copy"), { filter: (path) => !path.endsWith(".tmp") });
await fse.move(join(root, "copy/b"), join(root, "moved"));
await fse.ensureFile(join(root, "empty/file.txt"));
console.log(await fse.readJson(join(root, "moved/c.json")), await fse.pathExists(join(root, "copy/b")));
console.log((await fse.readdir(root)).sort());
await fse.emptyDir(join(root, "empty"));
console.log(await fse.readdir(join(root, "empty")));
await fse.readJson(join(root, "none.json")).catch((error) => console.log(error.code));
await fse.remove(root);
console.log(fse.existsSync(root));
