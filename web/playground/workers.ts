import type { Environment } from 'monaco-editor'
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker?worker'
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker?worker'
import GraphqlWorker from 'monaco-graphql/esm/graphql.worker?worker'

/**
 * The editor's workers come from this build, so that the playground works without any other host.
 */
export function bundleWorkers(): void {
  const environment: Environment = {
    getWorker(_workerId, label) {
      switch (label) {
        case 'json':
          return new JsonWorker()
        case 'graphql':
          return new GraphqlWorker()
        default:
          return new EditorWorker()
      }
    },
  }
  Object.assign(globalThis, { MonacoEnvironment: environment })
}
