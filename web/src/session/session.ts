/** The user who is logged in, and the session. */
export interface Owner {
  user: string
  session: string
}

/** Who is logged in, as far as the page can know: the tokens are in cookies that it cannot read. */
export interface SessionState {
  signedIn: boolean
  /** For the greeting, also when nobody can be asked. */
  displayName: string
  /** The user and the session; undefined for a guest, and for a cookie of a former version. */
  owner: Owner | undefined
  /** Grows when the person changes; caches of the one before are of no use then. */
  epoch: number
}

interface Environment {
  cookies: { cookie: string }
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  now: () => number
}

/** By its name on https, where only this host can set it, and by that on http. */
const hintCookies = ['__Host-trefoil_session', 'trefoil_session']
const expiryKey = 'trefoil.expiresAt'
/** Refresh this long before the end, and ask no more often than this when it does not help. */
const margin = 15_000
const patience = 5_000

/**
 * The session's readable half. The cookie `trefoil_session` comes and goes with the session's own
 * cookies and holds the display name; when the access token ends is kept beside it, for all tabs.
 */
export class Session {
  #state: SessionState
  #lastRefresh = 0
  readonly #environment: Environment
  readonly #listeners = new Set<() => void>()

  constructor(environment: Environment) {
    this.#environment = environment
    this.#state = { ...this.#read(), epoch: 0 }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  snapshot = (): SessionState => this.#state

  /** Looks at the cookie again: after log-in and log-out, here or in another tab. */
  reread(): void {
    const read = this.#read()
    if (isSame(read, this.#state)) return
    this.#state = { ...read, epoch: this.#state.epoch + 1 }
    this.#listeners.forEach((listener) => listener())
  }

  /** Notes when the access token ends. */
  renewed(expiresAt: string | null | undefined): void {
    this.#lastRefresh = this.#environment.now()
    if (expiresAt) this.#environment.storage.setItem(expiryKey, expiresAt)
  }

  /** When the access token ends, as far as is known. */
  expiresAt(): string | null {
    return this.#environment.storage.getItem(expiryKey)
  }

  /** Whether a request would likely be refused, so that refreshing first saves a round trip. */
  needsRefresh(): boolean {
    const now = this.#environment.now()
    if (!this.#state.signedIn || now - this.#lastRefresh < patience) return false
    const expiresAt = this.expiresAt()
    return expiresAt === null || Date.parse(expiresAt) - margin < now
  }

  /** A refresh was tried, whatever came of it. */
  refreshTried(): void {
    this.#lastRefresh = this.#environment.now()
  }

  /** The session is over: forget all that was personal. */
  end(): void {
    for (const name of hintCookies) {
      const secure = name.startsWith('__Host-') ? '; Secure' : ''
      this.#environment.cookies.cookie = `${name}=; Max-Age=0; Path=/; SameSite=Lax${secure}`
    }
    this.#environment.storage.removeItem(expiryKey)
    this.reread()
  }

  #read(): Omit<SessionState, 'epoch'> {
    const pairs = this.#environment.cookies.cookie.split('; ')
    for (const name of hintCookies) {
      const found = pairs.find((pair) => pair.startsWith(`${name}=`))
      if (found) return { signedIn: true, ...told(found.slice(name.length + 1)) }
    }
    return { signedIn: false, displayName: '', owner: undefined }
  }
}

function isSame(one: Omit<SessionState, 'epoch'>, other: SessionState): boolean {
  const sameOwner = one.owner?.user === other.owner?.user && one.owner?.session === other.owner?.session
  return sameOwner && one.displayName === other.displayName && one.signedIn === other.signedIn
}

/** The cookie holds the ids of the user and the session and the name, with dots between them. */
function told(value: string): Pick<SessionState, 'displayName' | 'owner'> {
  const [, user, session, name] = /^(usr_[0-9a-z]+)\.(ses_[0-9a-z]+)\.(.*)$/.exec(value) ?? []
  if (user === undefined || session === undefined) return { displayName: decoded(value), owner: undefined }
  return { displayName: decoded(name ?? ''), owner: { user, session } }
}

/** Both ways in which servers write spaces into cookies. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return ''
  }
}
