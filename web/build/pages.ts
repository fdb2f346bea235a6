import type { Plugin } from 'vite'

/**
 * Writes the addresses of the pages beside them, for the Go handler, which answers others with
 * 404.
 */
export function pageList({ addresses, to }: { addresses: string[]; to: string }): Plugin {
  return {
    name: 'trefoil:pages',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: to, source: JSON.stringify(addresses) })
    },
  }
}
