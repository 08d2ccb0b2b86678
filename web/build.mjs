// npm run build: builds the page and leaves each asset only as .gz, the form in which the server embeds and sends it.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

export const root = fileURLToPath(new URL('.', import.meta.url));
export const dist = join(root, 'dist');

export async function buildPage(outDir) {
  // Not what the caller's shell says: the output must depend on the sources alone.
  process.env.NODE_ENV = 'production';
  await build({ root, mode: 'production', logLevel: 'warn', build: { outDir, emptyOutDir: true } });

  const assets = join(outDir, 'assets');
  for (const name of readdirSync(assets)) {
    const file = join(assets, name);
    // node writes 0 as the time in the gzip header, so the bytes repeat (for one version of zlib).
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    rmSync(file);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage(dist);
