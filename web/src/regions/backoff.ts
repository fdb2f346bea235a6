const first = 2_000
const longest = 30_000

/**
 * Milliseconds until try number `attempt` (from 0): 2 s doubled up to 30 s. The upper half is
 * random, so that the pages of all visitors do not retry at the same moment.
 */
export function retryDelay(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(longest, first * 2 ** attempt)
  return attempt === 0 ? full : full / 2 + (random() * full) / 2
}
