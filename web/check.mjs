// npm run check: is the committed dist/ what the sources give? Builds into a temporary folder and compares what is inside the
// .gz files, not their bytes: those may differ between versions of node. Prints the first difference, exits 1.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildPage, dist, root } from './build.mjs';

const fresh = mkdtempSync(join(tmpdir(), 'tongxin-web-'));
try {
  await buildPage(fresh);
  const difference = lockNamesAHost() ?? firstDifference(contents(dist), contents(fresh));
  console.log(difference ?? 'dist/ is what the sources give');
  process.exitCode = difference ? 1 : 0;
} finally {
  rmSync(fresh, { recursive: true });
}

function contents(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      return [path.slice(folder.length + 1), path.endsWith('.gz') ? gunzipSync(bytes) : bytes];
    }),
  );
}

function firstDifference(committed, built) {
  for (const name of [...new Set([...committed.keys(), ...built.keys()])].sort()) {
    const [left, right] = [committed.get(name), built.get(name)];
    if (!left) return `${name}: built, but not committed`;
    if (!right) return `${name}: committed, but no longer built`;
    if (left.equals(right)) continue;
    const at = left.findIndex((byte, index) => byte !== right[index]);
    const start = at < 0 ? left.length : at;
    const around = (bytes) => JSON.stringify(bytes.toString('utf8', Math.max(0, start - 40), start + 40));
    return `${name}: differs at byte ${start}\n  committed ${around(left)}\n  built     ${around(right)}`;
  }
}

function lockNamesAHost() {
  if (readFileSync(join(root, 'package-lock.json'), 'utf8').includes('"resolved"')) return 'package-lock.json: names a registry (see .npmrc)';
}
