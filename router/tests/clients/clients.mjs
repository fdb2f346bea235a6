// Sends one operation through each client, as the arguments say, and prints what happened.
//
//     node clients.mjs manifest          prints the texts that the clients send, by id
//     node clients.mjs run URL [CLIENT METHOD]   prints the results, a list
import { createHash } from "node:crypto";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { Client, createRequest, fetchExchange, stringifyDocument } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { print } from "graphql";
import { GraphQLClient } from "graphql-request";
import relay from "relay-runtime";

const known = "query Greeting($name: String!) { greeting(name: $name) { text } }";
const unknown = "query Unknown($name: String!) { greeting(name: $name) { unknown: text } }";
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const variables = { name: "Ada" };
const ids = { [known]: "greeting", [unknown]: "unknown" };

// recorder returns a fetch function, and the list of the requests that it sent.
function recorder() {
  const requests = [];
  const record = (url, options = {}) => {
    const method = options.method ?? "GET";
    const query =
      method === "GET" ? new URL(url).searchParams.get("query") : JSON.parse(options.body).query;
    requests.push({ method, hasText: Boolean(query) });
    return fetch(url, { ...options, signal: AbortSignal.timeout(10_000) });
  };
  return { requests, record };
}

async function apollo(url, text, isGet, fetch) {
  const link = ApolloLink.from([
    new PersistedQueryLink({ sha256, useGETForHashedQueries: isGet }),
    new HttpLink({ uri: url, fetch }),
  ]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return (await client.query({ query: gql(text), variables })).data;
}

async function urql(url, text, isGet, fetch) {
  const exchange = persistedExchange({
    preferGetForPersistedQueries: isGet,
    generateHash: async (query) => sha256(query),
  });
  const exchanges = [exchange, fetchExchange];
  const client = new Client({ url, fetch, preferGetMethod: false, exchanges });
  const result = await client.query(text, variables).toPromise();
  if (result.error) throw result.error;
  return result.data;
}

// Relay's artifacts have an id and no text if its compiler persists documents.
async function relayNetwork(url, text, isGet, fetch, parameter) {
  const network = relay.Network.create(async ({ id }, given) => {
    const inURL = new URLSearchParams({ [parameter]: id, variables: JSON.stringify(given) });
    const response = isGet
      ? await fetch(`${url}?${inURL}`)
      : await fetch(url, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ [parameter]: id, variables: given }),
        });
    return response.json();
  });
  const request = { id: ids[text], text: null, name: "G", operationKind: "query", metadata: {} };
  const result = await network.execute(request, variables, {}).toPromise();
  if (result.errors) throw new Error(JSON.stringify(result.errors));
  return result.data;
}

// graphql-request has no ids of its own, so an application writes them: into the body by a
// middleware, and into the URL by its fetch function, because it adds the text after middlewares.
async function graphqlRequest(url, text, isGet, fetch) {
  const sent = { documentId: ids[text], variables };
  const parameters = new URLSearchParams({ ...sent, variables: JSON.stringify(variables) });
  const client = new GraphQLClient(
    url,
    isGet
      ? { method: "GET", fetch: (_, options) => fetch(`${url}?${parameters}`, options) }
      : { fetch, requestMiddleware: (request) => ({ ...request, body: JSON.stringify(sent) }) },
  );
  return client.request(text, variables);
}

const clients = {
  apollo,
  urql,
  "relay documentId": (...given) => relayNetwork(...given, "documentId"),
  "relay doc_id": (...given) => relayNetwork(...given, "doc_id"),
  "graphql-request": graphqlRequest,
};

function manifest() {
  const ofApollo = print(new InMemoryCache().transformDocument(gql(known)));
  const ofUrql = stringifyDocument(createRequest(known, variables).query);
  return { [sha256(ofApollo)]: ofApollo, [sha256(ofUrql)]: ofUrql, [ids[known]]: known };
}

async function run(url, onlyClient, onlyMethod) {
  const results = [];
  for (const [client, send] of Object.entries(clients)) {
    for (const method of ["POST", "GET"]) {
      if (onlyClient && (client !== onlyClient || method !== onlyMethod)) continue;
      for (const text of [known, known, unknown]) {
        const { requests, record } = recorder();
        const result = { client, method, isKnown: text === known, requests };
        try {
          result.text = (await send(url, text, method === "GET", record)).greeting.text;
        } catch (error) {
          result.error = `${error.message} ${JSON.stringify(error)}`;
        }
        results.push(result);
      }
    }
  }
  return results;
}

const [command, ...given] = process.argv.slice(2);
console.log(JSON.stringify(command === "manifest" ? manifest() : await run(...given)));
