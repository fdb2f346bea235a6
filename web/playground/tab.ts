/** A tab of the playground, as GraphiQL takes it. */
export interface Tab {
  query: string
  variables?: string
  headers?: string
}

export const tab = (query: string, variables?: object): Tab => ({
  query: query.trimStart(),
  ...(variables && { variables: JSON.stringify(variables, null, 2) }),
})
