// Lets an audit of routers take one half of the reference implementation, and the other half of ours:
//
//   node serve.mjs compose ROUTER.YAML             prints the supergraph that @apollo/composition makes of the subgraphs
//   node serve.mjs gateway ADDRESS SUPERGRAPH      serves @apollo/gateway over a supergraph SDL, at /graphql
//
// Set APOLLO_TELEMETRY_DISABLED=true METADATA_SERVER_DETECTION=none AWS_EC2_METADATA_DISABLED=true with it.
import { createServer } from 'node:http';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { ApolloGateway } from '@apollo/gateway';
import { getVariableValues, GraphQLError, parse, validate } from 'graphql';

const [task, ...rest] = process.argv.slice(2);
await { compose, gateway }[task](...rest);

/** The subgraphs of a router.yaml; of YAML no more than that is read. */
function subgraphsOf(config) {
  const read = (file) => parse(readFileSync(join(dirname(config), file), 'utf8'));
  return readFileSync(config, 'utf8')
    .split(/^ *- name: */m)
    .slice(1)
    .map((text) => ({
      name: text.match(/^\S+/)[0],
      url: text.match(/url: *(\S+)/)[1],
      typeDefs: read(text.match(/schema: *(\S+)/)[1]),
    }));
}

function compose(config) {
  const { errors, supergraphSdl } = composeServices(subgraphsOf(config));
  if (errors) {
    throw new Error(errors.map((e) => e.message).join('\n'));
  }
  process.stdout.write(supergraphSdl);
}

async function gateway(address, supergraph) {
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const { schema, executor } = await new ApolloGateway({ supergraphSdl: readFileSync(supergraph, 'utf8'), logger: silent }).load();
  const [host, port] = address.split(':');
  createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(await answer(JSON.parse(body)).catch((e) => ({ errors: [{ message: e.message }] }))));
  }).listen(Number(port), host);

  async function answer({ query, variables = {} }) {
    const document = parse(query);
    const errors = validate(schema, document);
    const operation = document.definitions.find((d) => d.kind === 'OperationDefinition');
    errors.push(...(getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors ?? []));
    if (errors.length > 0) {
      return { errors: errors.map((e) => GraphQLError.prototype.toJSON.call(e)) };
    }
    return executor({
      request: { query, variables, http: { headers: new Map() } },
      document, schema, source: query, operationName: null, context: {}, metrics: {}, logger: silent,
      queryHash: createHash('sha256').update(query).digest('hex'),
    });
  }
}
