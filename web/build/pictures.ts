import { cpSync, createReadStream, existsSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Plugin } from 'vite'

/**
 * Puts the catalogue's pictures beside the storefront, so that they show with the product service
 * down and no request leaves the router's host.
 */
export function pictures({ from, to }: { from: string; to: string }): Plugin {
  let outDir = ''
  return {
    name: 'trefoil:pictures',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir)
    },
    configureServer(server) {
      server.middlewares.use(`/${to}`, (request, response) => {
        const file = join(from, basename(request.url ?? ''))
        if (!existsSync(file)) {
          response.statusCode = 404
          response.end()
          return
        }
        response.setHeader('Content-Type', 'image/svg+xml')
        createReadStream(file).pipe(response)
      })
    },
    writeBundle() {
      if (!existsSync(from)) return
      mkdirSync(join(outDir, to), { recursive: true })
      cpSync(from, join(outDir, to), {
        recursive: true,
        filter: (file) => file === from || file.endsWith('.svg'),
      })
    },
  }
}
