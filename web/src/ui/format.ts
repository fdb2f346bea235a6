/** The decimal goes to Intl as text: it is never a floating-point number on its way. */
export function formatMoney(decimal: string, currency: string, locale: string = navigator.language): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(decimal as Intl.StringNumericLiteral)
}

export function formatDate(instant: string, locale: string = navigator.language): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(new Date(instant))
}

export function formatMoment(instant: string, locale: string = navigator.language): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(instant))
}

export function formatTime(instant: number, locale: string = navigator.language): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(instant)
}

/** Basis points: 1900 is 19 %. */
export function formatRate(basisPoints: number, locale: string = navigator.language): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(basisPoints / 10_000)
}

export const pieces = (count: number) => (count === 1 ? '1 piece' : `${count} pieces`)
