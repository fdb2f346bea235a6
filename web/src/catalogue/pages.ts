/**
 * The numbers to link to around a page: the first, the last, those beside it; 0 stands for those
 * left out.
 */
export function pagesAround(page: number, of: number): number[] {
  const shown = Array.from({ length: of }, (_, index) => index + 1).filter(
    (n) => n === 1 || n === of || Math.abs(n - page) <= 1,
  )
  return shown.flatMap((n, index) => {
    const before = shown[index - 1] ?? 0
    if (n - before === 2) return [n - 1, n] // a gap of one is no shorter than its number
    return n - before > 2 ? [0, n] : [n]
  })
}
