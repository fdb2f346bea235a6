/**
 * Starts or stops one process of the shop and waits until that is done:
 *
 *   node e2e/service.mjs start product
 *   node e2e/service.mjs stop product
 *
 * The ports are in the environment (NATS_PORT, USER_PORT, …), as is E2E_DIR: the folder for data,
 * logs and the ids of the processes. BIN_DIR holds the binaries.
 */
import { spawn } from 'node:child_process'
import { openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const {
  E2E_DIR: folder,
  BIN_DIR: bin = join(root, 'bin'),
  NATS_PORT,
  USER_PORT,
  PRODUCT_PORT,
  ORDER_PORT,
  ROUTER_PORT,
  FREE_TEXT_PORT,
} = process.env
const patience = 20_000

const local = (port) => `127.0.0.1:${port}`
const services = {
  nats: { port: NATS_PORT, command: ['nats'] },
  user: { port: USER_PORT, command: ['user'] },
  product: { port: PRODUCT_PORT, command: ['product'] },
  order: { port: ORDER_PORT, command: ['order'] },
  router: {
    port: ROUTER_PORT,
    command: ['router', 'serve', '--config', join(root, 'router/router.yaml')],
  },
  // A second router, which accepts all documents: those of the tests and of the playground.
  free_text: {
    port: FREE_TEXT_PORT,
    command: ['router', 'serve', '--config', join(root, 'router/router.yaml')],
    settings: { TRUSTED: 'off', ROUTER_LISTEN: local(FREE_TEXT_PORT) },
  },
}
const environment = {
  ...process.env,
  DATA_DIR: join(folder, 'data'),
  NATS_LISTEN: local(NATS_PORT),
  NATS_URL: `nats://${local(NATS_PORT)}`,
  USER_LISTEN: local(USER_PORT),
  PRODUCT_LISTEN: local(PRODUCT_PORT),
  ORDER_LISTEN: local(ORDER_PORT),
  ROUTER_LISTEN: local(ROUTER_PORT),
  USER_URL: `http://${local(USER_PORT)}`,
  PRODUCT_URL: `http://${local(PRODUCT_PORT)}`,
  ORDER_URL: `http://${local(ORDER_PORT)}`,
  PUBLIC_URL: `http://${local(ROUTER_PORT)}`,
}

async function start(name, { port, command: [binary, ...flags], settings = {} }) {
  const log = openSync(join(folder, `${name}.log`), 'a')
  const child = spawn(join(bin, binary), flags, {
    cwd: root,
    env: { ...environment, ...settings },
    detached: true,
    stdio: ['ignore', log, log],
  })
  writeFileSync(join(folder, `${name}.pid`), String(child.pid))
  child.unref()
  await until(`${name} answers`, async () => (name === 'nats' ? listens(port) : ready(port)))
}

async function stop(name, { port }) {
  const file = join(folder, `${name}.pid`)
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 'SIGTERM')
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'ENOENT') throw error
  }
  rmSync(file, { force: true })
  await until(`${name} is gone`, async () => !(await listens(port)))
}

async function until(what, holds) {
  const deadline = Date.now() + patience
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const ready = (port) =>
  fetch(`http://${local(port)}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )

const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => resolve(true))
    socket.once('connect', () => socket.destroy()).once('error', () => resolve(false))
  })

const [, , action, name] = process.argv
const actions = { start, stop }
await actions[action](name, services[name])
