import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { runnerImport, type Plugin } from 'vite'
import type { Sent } from './sent'

/**
 * Writes a manifest of the storefront's operations beside the pages. The router accepts only these
 * with persistedDocuments.mode: require. The format is that of Apollo, because it has the names.
 */
export function manifest({ to }: { to: string }): Plugin {
  return {
    name: 'trefoil:manifest',
    apply: 'build',
    async generateBundle() {
      // The storefront's modules are TypeScript, which Node 20 does not read.
      const { module } = await runnerImport<typeof import('./sent')>(
        fileURLToPath(new URL('sent.ts', import.meta.url)),
        { configFile: false, logLevel: 'error' },
      )
      const source = manifestOf(await module.sent())
      this.emitFile({ type: 'asset', fileName: to, source })
    },
  }
}

/** manifestOf returns the manifest's text. The ids are the hashes of the texts. */
export function manifestOf(operations: Sent[]): string {
  const withIds = operations.map((operation) => ({
    id: createHash('sha256').update(operation.body).digest('hex'),
    ...operation,
  }))
  const head = { format: 'apollo-persisted-query-manifest', version: 1 }
  return JSON.stringify({ ...head, operations: withIds }, null, 2)
}
