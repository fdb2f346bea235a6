const { isAbstractType, isObjectType } = require('graphql')

/**
 * A codegen plugin. It writes what the cache needs of the schema: the types of each interface and
 * union, and the types without an id, which the cache stores inside their parent.
 */
module.exports.plugin = (schema) => {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const names = (list) => list.map(({ name }) => name).sort()
  const possible = types
    .filter(isAbstractType)
    .map((type) => [type.name, names(schema.getPossibleTypes(type))])
  const embedded = types.filter(
    (type) => isObjectType(type) && !roots.includes(type) && !type.getFields().id,
  )
  return [
    `export const possibleTypes = ${JSON.stringify(Object.fromEntries(possible), null, 2)}`,
    `export const embeddedTypes = ${JSON.stringify(names(embedded), null, 2)}`,
  ].join('\n\n')
}
