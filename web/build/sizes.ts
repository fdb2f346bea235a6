import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

type Chunk = Rolldown.OutputChunk

const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`

/**
 * Prints what a visitor loads before the first page shows, and fails the build above the limit, or
 * if the playground's editor is anywhere in the storefront's graph.
 */
export function sizes({ entry, limitKiB }: { entry: string; limitKiB: number }): Plugin {
  return {
    name: 'trefoil:sizes',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = new Map<string, Chunk>()
      for (const item of Object.values(bundle))
        if (item.type === 'chunk') chunks.set(item.fileName, item)
      const first = [...chunks.values()].find((chunk) => chunk.facadeModuleId?.endsWith(entry))
      if (!first) return

      const gz = (names: Set<string>) =>
        [...names].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? '').length, 0)
      const initial = gz(reach(chunks, first, false))
      const everything = reach(chunks, first, true)
      this.info(
        `storefront: initial JS ${kib(initial)} gz of ${limitKiB}, all pages ${kib(gz(everything))} gz`,
      )

      if (initial > limitKiB * 1024)
        this.error(`initial JS is ${kib(initial)} gz, over the limit of ${limitKiB} KiB`)
      for (const name of everything) {
        const editor = chunks
          .get(name)
          ?.moduleIds.find((id) => /node_modules\/(graphiql|@graphiql|monaco)/.test(id))
        if (editor) this.error(`${name} of the storefront contains ${editor}`)
      }
    },
  }
}

/**
 * Returns the files that `from` loads. With `later`, it adds the files that pages load when shown.
 */
function reach(chunks: Map<string, Chunk>, from: Chunk, later: boolean): Set<string> {
  const seen = new Set<string>()
  const visit = (name: string) => {
    const chunk = chunks.get(name)
    if (!chunk || seen.has(name)) return
    seen.add(name)
    chunk.imports.forEach(visit)
    if (later) chunk.dynamicImports.forEach(visit)
  }
  visit(from.fileName)
  return seen
}
