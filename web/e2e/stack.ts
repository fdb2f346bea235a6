import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { client, startProvider } from './provider'

/**
 * The shop under test, as the tests get it. In the environment, Vitest puts a BASE_URL of its own.
 */
export interface ShopUnderTest {
  baseUrl: string
  /** A router that accepts all documents: those of the tests and of the playground. */
  freeTextUrl: string
  /** Whether the router at baseUrl accepts the storefront's documents only. */
  isTrusting: boolean
  /** Commands; "{service}" stands for the name. Empty if nothing can be stopped. */
  stop: string
  start: string
  /** Where people log in who have no password here; empty if nowhere. */
  provider: string
}

declare module 'vitest' {
  interface ProvidedContext {
    shop: ShopUnderTest
  }
}

const names = ['nats', 'user', 'product', 'order', 'router', 'free_text']
const script = fileURLToPath(new URL('service.mjs', import.meta.url))
const binaries = fileURLToPath(new URL('../../bin/', import.meta.url))

/**
 * The shop to test: one that runs already, when BASE_URL says where, STOP_CMD and START_CMD how to
 * stop and start its services ("{service}" stands for the name); else one of its own, on free
 * ports, from an empty folder, gone afterwards. Its router accepts the storefront's documents only,
 * so that each page shows that its documents are in the manifest; TRUSTED=off changes that. A shop
 * that runs already and does so needs a second router, at FREE_TEXT_URL.
 */
export async function setup({ provide }: TestProject): Promise<(() => void) | undefined> {
  const baseUrl = process.env['BASE_URL']
  if (baseUrl?.startsWith('http')) {
    provide('shop', {
      baseUrl,
      freeTextUrl: process.env['FREE_TEXT_URL'] ?? baseUrl,
      isTrusting: process.env['TRUSTED'] === 'require',
      stop: process.env['STOP_CMD'] ?? '',
      start: process.env['START_CMD'] ?? '',
      provider: '',
    })
    return undefined
  }
  if (!existsSync(process.env['BIN_DIR'] ?? join(binaries, 'router')))
    throw new Error('no binaries: run make build')

  const folder = mkdtempSync(join(tmpdir(), 'trefoil-e2e-'))
  mkdirSync(join(folder, 'data'))
  process.env['E2E_DIR'] = folder
  const ports = await freePorts(names.length)
  for (const [i, name] of names.entries())
    process.env[`${name.toUpperCase()}_PORT`] = String(ports[i])
  process.env['TRUSTED'] ??= 'require'
  const provider = await startProvider()
  Object.assign(process.env, {
    SOCIAL_PROVIDERS: 'acme',
    SOCIAL_ACME_NAME: 'Acme',
    SOCIAL_ACME_ISSUER: provider.issuer,
    SOCIAL_ACME_CLIENT_ID: client.id,
    SOCIAL_ACME_CLIENT_SECRET: client.secret,
  })
  const run = (action: string, name: string) =>
    execFileSync(process.execPath, [script, action, name], { stdio: 'inherit' })

  const teardown = () => {
    provider.stop()
    for (const name of names.toReversed()) run('stop', name)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    for (const name of names) run('start', name)
  } catch (error) {
    teardown()
    throw error
  }
  const command = (action: string) => `"${process.execPath}" "${script}" ${action} {service}`
  provide('shop', {
    baseUrl: `http://127.0.0.1:${process.env['ROUTER_PORT']}`,
    freeTextUrl: `http://127.0.0.1:${process.env['FREE_TEXT_PORT']}`,
    isTrusting: process.env['TRUSTED'] === 'require',
    stop: command('stop'),
    start: command('start'),
    provider: provider.issuer,
  })
  return teardown
}

/**
 * Ports that are free, and stay so while the process that has one is stopped: Linux and macOS give
 * those to outgoing connections, and to who asks for any port, that are beyond these. Each is held
 * until all are found, so that no two are one.
 */
async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = []
  while (servers.length < count) {
    const server = await listening(randomInt(20_000, 32_768)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    })
    if (server) servers.push(server)
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
  return ports
}

function listening(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
