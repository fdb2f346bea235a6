// Answers questions about subgraphs, one JSON object a line in, one out, in order: see node.go.
import { createInterface } from 'node:readline';
import { createHash } from 'node:crypto';
import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, operationFromDocument, subgraphsFromServiceList, errorCauses, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { ApolloGateway } from '@apollo/gateway';
import { GraphQLError, buildSchema, lexicographicSortSchema, parse, printSchema, validate } from 'graphql';

const told = (errors) =>
  errors.map((e) => ({ code: e.extensions?.code ?? 'UNKNOWN', message: String(e.message) }));

const canonical = (schema) => printSchema(lexicographicSortSchema(schema));

const supportedFeatures = ROUTER_SUPPORTED_SUPERGRAPH_FEATURES;

const apiOf = (sdl) => canonical(Supergraph.build(sdl, { supportedFeatures }).apiSchema().toGraphQLJSSchema());

/** Runs a reading of somebody's text, of which a failure is a result like others. */
function attempt(read) {
  try {
    return { api: read() };
  } catch (e) {
    return { failure: String(errorCauses(e)?.map((c) => c.message).join('\n') ?? e.stack ?? e) };
  }
}

function parseAll(subgraphs) {
  const services = [];
  const errors = [];
  for (const { name, url, sdl } of subgraphs) {
    try {
      services.push({ name, url, typeDefs: parse(sdl) });
    } catch (e) {
      errors.push(new GraphQLError(`[${name}] ${e.message}`, { extensions: { code: 'INVALID_GRAPHQL' } }));
    }
  }
  return { services, errors };
}

function compose({ subgraphs }) {
  const { services, errors } = parseAll(subgraphs);
  if (errors.length > 0) {
    const others = subgraphsFromServiceList(services);
    return { errors: told(errors.concat(Array.isArray(others) ? others : [])) };
  }
  const result = composeServices(services);
  if (result.errors) {
    return { errors: told(result.errors) };
  }
  return {
    supergraph: result.supergraphSdl,
    api: apiOf(result.supergraphSdl),
    hints: (result.hints ?? []).map((h) => ({ code: h.definition.code, message: h.message })),
  };
}

/** Gateways by the name that the asker gave them. */
const gateways = new Map();

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A subgraph over HTTP; only what the gateway needs of one. */
function subgraphAt(url) {
  return {
    async process({ request: { query, variables } }) {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify({ query, variables }) });
      return await response.json();
    },
  };
}

/** The first plans that are found will do; and where there are too many ways, it is better told at once than never. */
const queryPlannerConfig = { debug: { maxEvaluatedPlans: 100, pathsLimit: 500 } };

async function load({ name, supergraph }) {
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph, logger: silent, queryPlannerConfig, buildService: ({ url }) => subgraphAt(url),
  });
  const { schema, executor } = await gateway.load();
  gateways.set(name, { gateway, schema, executor });
  return {};
}

async function execute({ name, query, variables }) {
  const { schema, executor } = gateways.get(name);
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0) {
    return { errors };
  }
  const queryHash = createHash('sha256').update(query).digest('hex');
  const request = { query, variables };
  const { data, errors: failed } = await executor({
    request, document, queryHash, schema, source: query, context: {}, metrics: {}, logger: silent, operationName: null,
  });
  return { data, errors: failed };
}

async function unload({ name }) {
  await gateways.get(name)?.gateway.stop();
  gateways.delete(name);
  return {};
}

/** What is timed, made ready to run. */
const timed = {
  compose: ({ subgraphs }) => () => {
    const { errors } = composeServices(parseAll(subgraphs).services);
    if (errors) throw new Error(String(errors));
  },
  /** The planner is warm: it has planned another query often. The queries it has not seen before. */
  plan: ({ supergraph, before, queries }) => {
    const read = Supergraph.build(supergraph);
    const [schema, planner] = [read.apiSchema(), new QueryPlanner(read)];
    const known = schema.toGraphQLJSSchema();
    const plan = (query) => {
      const document = parse(query);
      const errors = validate(known, document);
      if (errors.length > 0) throw new Error(String(errors));
      planner.buildQueryPlan(operationFromDocument(schema, document));
    };
    for (let i = 0; i < 50; i++) plan(before);
    return () => queries.forEach(plan);
  },
};

function time({ what, warm, runs, ...question }) {
  const run = timed[what](question);
  for (let i = 0; i < warm; i++) run();
  const taken = [];
  for (let i = 0; i < runs; i++) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    run();
    const { user, system } = process.cpuUsage(used);
    taken.push({ clock: performance.now() - start, processor: (user + system) / 1000 });
  }
  return { taken };
}

const answers = {
  time,
  load,
  execute,
  unload,
  compose,
  /** The API schema that their reader makes of a supergraph. */
  read: ({ sdl }) => attempt(() => apiOf(sdl)),
  /** A schema in the form in which they are compared. */
  canonical: ({ sdl }) => attempt(() => canonical(buildSchema(sdl))),
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  let answer;
  try {
    answer = await answers[question.ask](question);
  } catch (e) {
    answer = { crash: String(e.stack ?? e) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
