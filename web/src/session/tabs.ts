/** What one tab tells the others: somebody logged in or out, or the basket changed. */
export type News = 'session' | 'basket'

/** The tabs of one browser, over a BroadcastChannel. */
export class Tabs {
  readonly #channel: BroadcastChannel

  constructor(channel: BroadcastChannel) {
    this.#channel = channel
  }

  tell(news: News): void {
    this.#channel.postMessage(news)
  }

  onNews(listener: (news: News) => void): () => void {
    const onMessage = ({ data }: MessageEvent<News>) => listener(data)
    this.#channel.addEventListener('message', onMessage)
    return () => this.#channel.removeEventListener('message', onMessage)
  }
}
