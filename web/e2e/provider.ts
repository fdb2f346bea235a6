import { createHash, generateKeyPairSync, randomInt, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const client = { id: 'trefoil', secret: 'a secret of the provider' }

export interface Provider {
  issuer: string
  stop: () => void
}

/** Starts an OpenID provider on loopback, which asks nobody for a password. */
export async function startProvider(): Promise<Provider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const answers = pagesOf(issuer)
  server.on('request', (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', issuer)
    const answer = answers[pathname]
    if (answer) void answer(response, searchParams, request)
    else response.writeHead(404).end()
  })
  return { issuer, stop: () => server.close().closeAllConnections() }
}

/** What a browser came with, and who it then said it was. */
interface Attempt {
  email: string
  nonce: string
  challenge: string
}

type Page = (response: ServerResponse, query: URLSearchParams, request: IncomingMessage) => unknown

function pagesOf(issuer: string): Record<string, Page> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const attempts = new Map<string, Attempt>()
  const idToken = ({ email, nonce }: Attempt) => {
    const now = Math.floor(Date.now() / 1000)
    const person = {
      sub: email,
      email,
      email_verified: true,
      given_name: 'Ada',
      family_name: 'Lovelace',
    }
    const parts = [
      { alg: 'RS256', kid: 'one' },
      { iss: issuer, aud: client.id, iat: now, exp: now + 60, nonce, ...person },
    ]
    const signed = parts
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), keys.privateKey).toString('base64url')}`
  }
  return {
    '/.well-known/openid-configuration': (response) =>
      json(response, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
      }),
    '/keys': (response) =>
      json(response, {
        keys: [
          { ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' },
        ],
      }),
    '/favicon.ico': (response) => response.writeHead(204).end(),
    '/authorize': (response, query) =>
      response.setHeader('content-type', 'text/html').end(form(query)),
    '/consent': (response, query) => {
      const code = `0${randomInt(2 ** 47)}` // all digits: it is a text all the same
      attempts.set(code, {
        email: query.get('email') ?? '',
        nonce: query.get('nonce') ?? '',
        challenge: query.get('code_challenge') ?? '',
      })
      response.writeHead(302, { location: back(query, { code }) }).end()
    },
    '/token': async (response, _query, request) => {
      const body = new URLSearchParams(Buffer.concat(await request.toArray()).toString())
      const attempt = attempts.get(body.get('code') ?? '')
      attempts.delete(body.get('code') ?? '')
      const secret = Buffer.from(
        `${encodeURIComponent(client.id)}:${client.secret.replaceAll(' ', '+')}`,
      ).toString('base64')
      const proof = createHash('sha256')
        .update(body.get('code_verifier') ?? '')
        .digest('base64url')
      if (
        !attempt ||
        attempt.challenge !== proof ||
        request.headers.authorization !== `Basic ${secret}`
      ) {
        response.statusCode = 400
        return json(response, { error: 'invalid_grant' })
      }
      return json(response, {
        access_token: 'of no use',
        token_type: 'Bearer',
        expires_in: 60,
        id_token: idToken(attempt),
      })
    },
  }
}

const json = (response: ServerResponse, body: object) =>
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body))

/** The shop's address, with what the provider has to say. */
function back(query: URLSearchParams, says: Record<string, string>): string {
  const address = new URL(query.get('redirect_uri') ?? '')
  for (const [name, value] of Object.entries({ ...says, state: query.get('state') ?? '' }))
    address.searchParams.set(name, value)
  return address.href
}

const quoted = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

const form = (query: URLSearchParams) => `<!doctype html><title>Acme</title><h1>Who are you?</h1>
<form action="/consent">
${[...query].map(([name, value]) => `<input type="hidden" name="${quoted(name)}" value="${quoted(value)}">`).join('\n')}
<label>E-mail at Acme <input name="email"></label> <button>That is me</button>
</form>
<a href="${quoted(back(query, { error: 'access_denied' }))}">I will not say</a>`
