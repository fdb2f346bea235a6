import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const text = new Set(['.css', '.html', '.js', '.json', '.svg'])
const tooSmall = 1024

/**
 * Writes FILE.gz beside each text file that gets smaller. The Go handler sends it to clients that
 * accept gzip.
 */
export function compressed(): Plugin {
  let outDir = ''
  return {
    name: 'trefoil:compressed',
    apply: 'build',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir)
    },
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
        const file = join(outDir, entry)
        if (!text.has(extname(file)) || statSync(file).size < tooSmall) continue
        writeFileSync(
          `${file}.gz`,
          gzipSync(readFileSync(file), { level: constants.Z_BEST_COMPRESSION }),
        )
      }
    },
  }
}
