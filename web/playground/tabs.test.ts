import {
  buildSchema,
  getVariableValues,
  Kind,
  parse,
  print,
  validate,
  type OperationDefinitionNode,
} from 'graphql'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { tabs } from './tabs'

const schema = buildSchema(readFileSync('../schema/api.graphqls', 'utf8'))
const operationsOf = (query: string) =>
  parse(query).definitions.filter(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  )
const operations = tabs.flatMap(({ query, variables = '{}' }) =>
  operationsOf(query).map((operation) => ({
    name: operation.name?.value ?? '',
    operation,
    query,
    variables,
  })),
)

describe.each(operations)('$name', ({ operation, query, variables }) => {
  test('is what the schema answers', () => {
    expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([])
  })

  test('runs with the variables of its tab', () => {
    const given = JSON.parse(variables) as Record<string, unknown>
    expect(
      getVariableValues(schema, operation.variableDefinitions ?? [], given).errors ?? [],
    ).toEqual([])
  })
})

test('each tab uses all the variables that it has', () => {
  for (const { query, variables = '{}' } of tabs) {
    const used = operationsOf(query).flatMap(({ variableDefinitions = [] }) =>
      variableDefinitions.map(({ variable }) => variable.name.value),
    )
    expect(used).toEqual(expect.arrayContaining(Object.keys(JSON.parse(variables) as object)))
  }
})

test('the staff find every field that is theirs alone', () => {
  const roots = operations.flatMap(({ operation }) =>
    operation.selectionSet.selections.map((field) => ('name' in field ? field.name.value : '')),
  )
  const supergraph = parse(readFileSync('../schema/supergraph.graphqls', 'utf8'))
  const staffs = supergraph.definitions
    .filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter(({ name }) => ['Query', 'Mutation'].includes(name.value))
    .flatMap(({ fields = [] }) => fields)
    .filter(({ directives = [] }) =>
      directives.some((directive) => print(directive) === '@tag(name: "staff")'),
    )
    .map(({ name }) => name.value)
  expect(staffs.length).toBeGreaterThan(8)
  expect(roots).toEqual(expect.arrayContaining(staffs))
})
