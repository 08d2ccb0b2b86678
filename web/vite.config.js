import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/graphiql/',
  esbuild: { jsx: 'automatic' },
  build: {
    target: 'es2022',
    // Monaco is 2.8 MB in one piece, and it is needed.
    chunkSizeWarningLimit: 4096,
    reportCompressedSize: false,
    // Every browser of the target knows modulepreload.
    modulePreload: { polyfill: false },
    // Two pages that share React alone: whoever opens the overview loads neither GraphiQL nor its editor.
    rollupOptions: {
      input: ['index.html', 'overview.html'].map((page) => fileURLToPath(new URL(page, import.meta.url))),
      // "use client" in a package means something to servers that render React; here there is none.
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
    },
  },
  worker: { format: 'es', plugins: () => [noticePackages()] },
  plugins: [noticePackages(), licences()],
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:8000', ws: true } } },
});

// The folders of the packages whose code is in the output, of the page and of its workers.
const packages = new Set();

function noticePackages() {
  return {
    name: 'notice-packages',
    generateBundle(_, bundle) {
      for (const id of Object.values(bundle).flatMap((output) => Object.keys(output.modules ?? {}))) {
        const folder = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/?]+)/.exec(id)?.[1];
        if (folder) packages.add(folder);
      }
    },
  };
}

/** Who passes the packages on passes their licences on: one text file beside them. */
function licences() {
  return {
    name: 'licences',
    generateBundle: {
      order: 'post',
      handler() {
        const texts = [...packages].map(licenceOf).sort();
        const fonts = 'Fonts inside the style sheet: Roboto (Apache-2.0), Fira Code (OFL-1.1), Codicons (CC-BY-4.0).\n';
        this.emitFile({ type: 'asset', fileName: 'assets/licences.txt', source: [fonts, ...new Set(texts)].join(`\n${'='.repeat(80)}\n\n`) });
      },
    },
  };
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|thirdpartynotices)/i.test(file)).sort();
  return [`${name} ${version} (${license})\n`, ...files.map((file) => readFileSync(join(folder, file), 'utf8'))].join('\n');
}
