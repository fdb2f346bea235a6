/** A message of one tab to the others: somebody logged in or out, or the basket changed. */
export type News = 'session' | 'basket'

/**
 * Tabs sends news to the other tabs of the browser, over a BroadcastChannel. Where browsers have
 * none, or forbid it, the other tabs find out for themselves, when somebody looks at them.
 */
export class Tabs {
  readonly #channel: BroadcastChannel | undefined

  /** `open` is a function because a channel cannot be made everywhere. */
  constructor(open: () => BroadcastChannel) {
    this.#channel = quietly(open)
  }

  tell(news: News): void {
    quietly(() => this.#channel?.postMessage(news))
  }

  onNews(listener: (news: News) => void): () => void {
    const onMessage = ({ data }: MessageEvent<News>) => listener(data)
    this.#channel?.addEventListener('message', onMessage)
    return () => this.#channel?.removeEventListener('message', onMessage)
  }
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
