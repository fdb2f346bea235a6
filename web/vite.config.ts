import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'
import { compressed } from './build/compressed.ts'
import { manifest } from './build/manifest.ts'
import { pageList } from './build/pages.ts'
import { pictures } from './build/pictures.ts'
import { sizes } from './build/sizes.ts'
import { pages } from './src/app/pages.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const router = process.env['ROUTER_URL'] ?? 'http://127.0.0.1:4000'

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    pictures({ from: here('../subgraphs/product/seed/images'), to: 'images' }),
    pageList({ addresses: Object.values(pages), to: 'pages.json' }),
    manifest({ to: 'persisted-documents.json' }),
    sizes({ entry: 'index.html', limitKiB: 150 }),
    compressed(),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true, // dist/.gitkeep, which Go's embed needs before the first build, comes again from public/
    assetsInlineLimit: 0, // the content security policy allows files of our own, and no data: URLs
    chunkSizeWarningLimit: 5000, // the editor of the playground; the storefront has a limit of its own, above
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { storefront: here('index.html'), playground: here('playground.html') },
      // The playground's libraries say "use no memo" to a compiler that is not at work here.
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/graphql': router } },
  test: {
    environment: 'happy-dom',
    exclude: [...configDefaults.exclude, 'e2e/**'],
    restoreMocks: true,
  },
})
