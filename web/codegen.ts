import type { CodegenConfig } from '@graphql-codegen/cli'

/** Types for every document in src, from the router's API schema. Fragments are masked. */
const config: CodegenConfig = {
  schema: '../schema/api.graphqls',
  documents: ['src/**/*.{ts,tsx}', '!src/**/*.test.*', '!src/gql/**'],
  generates: {
    './src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'unmask' } },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { MinorUnits: 'number', Currency: 'string', DateTime: 'string' },
      },
    },
    './src/gql/shape.ts': { plugins: ['./build/shape.cjs'] },
  },
  errorsOnly: true,
}

export default config
