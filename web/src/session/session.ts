import { OwnedStorage, removeAllBut } from '../storage/ownedStorage'
import { SafeStorage } from '../storage/safeStorage'

/** The user who is logged in, and the session. */
export interface Owner {
  user: string
  session: string
}

/** The person at the browser, according to the readable cookie. */
export interface Person {
  signedIn: boolean
  /** For the greeting, also if the user service is down. */
  displayName: string
  /** The user and the session; undefined for a guest, and for a cookie of a former version. */
  owner: Owner | undefined
}

/** Who is logged in, as far as the page can know: the tokens are in cookies that it cannot read. */
export interface SessionState extends Person {
  /**
   * Whether a service has refused the session since it was renewed. Then personal data is hidden.
   */
  isRefused: boolean
  /** Grows when the person changes. Caches of the earlier person must not be used then. */
  epoch: number
}

/** The stored values of one person. */
export interface Kept {
  /** For all tabs. */
  shared: OwnedStorage
  /** For this tab. */
  tab: OwnedStorage
}

interface Environment {
  cookies: { cookie: string }
  /** The storage that all tabs share. */
  storage: SafeStorage
  /** The storage of this tab. */
  tabStorage: SafeStorage
  now: () => number
}

const guest = 'guest'
/** The cookie's name on https, where only this host can set it, and its name on http. */
const hintCookies = ['__Host-trefoil_session', 'trefoil_session']
const expiryName = 'expiresAt'
/** How long before its end a token is refreshed, and the pause after a refresh without success. */
const margin = 15_000
const patience = 5_000

/**
 * Session is the session's readable half, and the one place that knows whose the page's values
 * are. The cookie `trefoil_session` comes and goes with the session's own cookies and names the
 * user and the session. As soon as it names somebody else, Session removes what the browser stores
 * of all other people, and tells its listeners.
 */
export class Session {
  #state: SessionState
  #kept: Kept
  #lastRefresh = 0
  readonly #environment: Environment
  readonly #listeners = new Set<() => void>()

  constructor(environment: Environment) {
    this.#environment = environment
    this.#state = { ...this.#read(), isRefused: false, epoch: 0 }
    this.#kept = this.#begin(this.#state)
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  snapshot = (): SessionState => this.#state

  /** What the browser stores of the person who is there now. */
  kept(): Kept {
    return this.#kept
  }

  /** What the browser stores of a guest, for the person who logs in. */
  keptOfGuest(): Kept {
    const { storage, tabStorage } = this.#environment
    const always = () => true
    return {
      shared: new OwnedStorage(storage, guest, always),
      tab: new OwnedStorage(tabStorage, guest, always),
    }
  }

  /** Whether the person is still at the browser, by the cookie as it is now. */
  isThere(person: Person): boolean {
    return idOf(person) === idOf(this.#read())
  }

  /** Looks at the cookie again: after log-in and log-out, here or in another tab. */
  reread(): void {
    const read = this.#read()
    const { displayName, isRefused, epoch } = this.#state
    const isSame = idOf(read) === idOf(this.#state)
    if (isSame && read.displayName === displayName) return
    if (isSame) {
      this.#show({ ...read, isRefused, epoch })
      return
    }
    this.#kept = this.#begin(read)
    this.#show({ ...read, isRefused: false, epoch: epoch + 1 })
  }

  /** Reads the cookie that came with new tokens, and notes when the access token ends. */
  renewed(expiresAt: string | null | undefined): void {
    this.reread()
    this.#lastRefresh = this.#environment.now()
    if (expiresAt) this.#kept.shared.setItem(expiryName, expiresAt)
    if (this.#state.isRefused) this.#show({ ...this.#state, isRefused: false })
  }

  /** A service refuses the session: it may have ended, and the person may have gone. */
  refused(): void {
    if (this.#state.signedIn && !this.#state.isRefused)
      this.#show({ ...this.#state, isRefused: true })
  }

  /** When the access token ends, as far as is known. */
  expiresAt(): string | null {
    return this.#kept.shared.getItem(expiryName)
  }

  /** Whether a request would likely be refused, so that refreshing first saves a round trip. */
  needsRefresh(): boolean {
    const now = this.#environment.now()
    if (!this.#state.signedIn || now - this.#lastRefresh < patience) return false
    if (this.#state.isRefused) return true // only new tokens show that the session holds
    const expiresAt = this.expiresAt()
    return expiresAt === null || Date.parse(expiresAt) - margin < now
  }

  /** Notes the time of a refresh, successful or not. */
  refreshTried(): void {
    this.#lastRefresh = this.#environment.now()
  }

  /** Ends the person's session. It does not end the session of another person who has logged in. */
  end(person: Person = this.#state): void {
    if (this.isThere(person)) this.#deleteCookies()
    this.reread()
  }

  #deleteCookies(): void {
    for (const name of hintCookies) {
      const secure = name.startsWith('__Host-') ? '; Secure' : ''
      this.#environment.cookies.cookie = `${name}=; Max-Age=0; Path=/; SameSite=Lax${secure}`
    }
  }

  /** A guest's values stay: the next person who logs in takes them over. */
  #begin(person: Person): Kept {
    const { storage, tabStorage } = this.#environment
    for (const each of [storage, tabStorage]) removeAllBut([idOf(person), guest], each)
    return { shared: this.#keptOf(person, storage), tab: this.#keptOf(person, tabStorage) }
  }

  /** A cookie of a former version names no owner: nothing is stored then, only held in memory. */
  #keptOf(person: Person, storage: SafeStorage): OwnedStorage {
    const isNamed = person.signedIn === (person.owner !== undefined)
    const isThere = () => this.isThere(person)
    return new OwnedStorage(
      isNamed ? storage : new SafeStorage(() => undefined),
      idOf(person),
      isThere,
    )
  }

  #show(state: SessionState): void {
    this.#state = state
    this.#listeners.forEach((listener) => listener())
  }

  #read(): Person {
    const pairs = this.#environment.cookies.cookie.split('; ')
    for (const name of hintCookies) {
      const found = pairs.find((pair) => pair.startsWith(`${name}=`))
      if (found) return { signedIn: true, ...told(found.slice(name.length + 1)) }
    }
    return { signedIn: false, displayName: '', owner: undefined }
  }
}

/** idOf returns the user and the session, a guest, or what a cookie of a former version says. */
export function idOf({ signedIn, displayName, owner }: Person): string {
  if (owner) return `${owner.user}.${owner.session}`
  return signedIn ? `unnamed ${displayName}` : guest
}

/** The cookie holds the ids of the user and the session and the name, with dots between them. */
function told(value: string): Pick<Person, 'displayName' | 'owner'> {
  const [, user, session, name] = /^(usr_[0-9a-z]+)\.(ses_[0-9a-z]+)\.(.*)$/.exec(value) ?? []
  if (user === undefined || session === undefined)
    return { displayName: decoded(value), owner: undefined }
  return { displayName: decoded(name ?? ''), owner: { user, session } }
}

/** Decodes both forms in which servers write a space in a cookie. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return ''
  }
}
