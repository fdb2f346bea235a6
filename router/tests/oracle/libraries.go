//go:build oracle

package oracle

// library is how a library prints a subgraph of Federation 1.
type library struct {
	name string
	// schema is true if it prints a schema definition.
	schema bool
	// definitions are those of directives and scalars.
	definitions string
	// machinery is true if it prints _service, _entities and their types.
	machinery bool
	// query stands before the name of the query root; extension and extends stand before and after
	// the name of an entity of another subgraph.
	query, extension, extends string
}

// libraries returns libraries whose users reported how composition treats their SDL.
func libraries() []library {
	return []library{
		{
			name: "graphql-java", schema: true, query: "type", extension: "type", extends: " @extends",
			definitions: graphqlJavaDefinitions,
		},
		{
			name: "HotChocolate", schema: true, machinery: true, query: "type", extension: "type",
			extends: " @extends", definitions: hotChocolateDefinitions,
		},
		{
			name: "NestJS", query: "type", extension: "extend type",
			definitions: nestJSDefinitions,
		},
		{name: "Strawberry", machinery: true, query: "extend type", extension: "extend type"},
		{
			name: "gqlgen", query: "extend type", extension: "extend type",
			definitions: gqlgenDefinitions,
		},
	}
}

const graphqlJavaDefinitions = `"Marks target field as external meaning ` +
	`it will be resolved by federated schema"
directive @external on FIELD_DEFINITION

"Marks target object as part of the federated schema"
directive @extends on OBJECT | INTERFACE

directive @key(fields: _FieldSet!) repeatable on OBJECT | INTERFACE

directive @provides(fields: _FieldSet!) on FIELD_DEFINITION

directive @requires(fields: _FieldSet!) on FIELD_DEFINITION

"Directs the executor to include this field or fragment only when the if argument is true"
directive @include("Included when true." if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT

directive @specifiedBy(url: String!) on SCALAR

"Federation type representing set of fields"
scalar _FieldSet
`

const hotChocolateDefinitions = `"""
Used to indicate a combination of fields that can be used to uniquely
identify and fetch an object or interface.
"""
directive @key(fields: _FieldSet!) repeatable on OBJECT | INTERFACE

directive @external on FIELD_DEFINITION

directive @extends on OBJECT | INTERFACE

directive @requires(fields: _FieldSet!) on FIELD_DEFINITION

directive @provides(fields: _FieldSet!) on FIELD_DEFINITION

"Scalar representing a set of fields."
scalar _FieldSet
`

const nestJSDefinitions = `# THIS FILE WAS AUTOMATICALLY GENERATED (DO NOT MODIFY)

directive @key(fields: String!) repeatable on OBJECT | INTERFACE

directive @extends on OBJECT | INTERFACE

directive @external on OBJECT | FIELD_DEFINITION

directive @requires(fields: String!) on FIELD_DEFINITION

directive @provides(fields: String!) on FIELD_DEFINITION
`

const gqlgenDefinitions = "directive @goField(" +
	"forceResolver: Boolean, name: String, omittable: Boolean" +
	") on INPUT_FIELD_DEFINITION | FIELD_DEFINITION\n\n" +
	"directive @goModel(model: String, models: [String!]) " +
	"on OBJECT | INPUT_OBJECT | SCALAR | ENUM | INTERFACE | UNION\n"
