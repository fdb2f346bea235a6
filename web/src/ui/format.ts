/** The decimal goes to Intl as text: it is never a floating-point number on its way. */
export function formatMoney(
  decimal: string,
  currency: string,
  locale: string = navigator.language,
): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(
    decimal as Intl.StringNumericLiteral,
  )
}

/** A date where the reader is. */
export function formatDate(instant: string, locale: string = navigator.language): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(new Date(instant))
}

/** The time zone in which the shop dates its documents, and numbers them by year. */
export const shopZone = 'UTC'

/** The date of a document: the same for everyone who reads it, wherever they are. */
export function formatDocumentDate(instant: string, locale: string = navigator.language): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: shopZone }).format(
    new Date(instant),
  )
}

/**
 * A date and a time where the reader is, with the zone: the reader may compare them with
 * another's.
 */
export function formatMoment(instant: string, locale: string = navigator.language): string {
  return new Intl.DateTimeFormat(locale, {
    ...{ year: 'numeric', month: 'long', day: 'numeric' },
    ...{ hour: 'numeric', minute: '2-digit', timeZoneName: 'short' },
  }).format(new Date(instant))
}

export function formatTime(instant: number, locale: string = navigator.language): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(instant)
}

/** Basis points: 1900 is 19 %. */
export function formatRate(basisPoints: number, locale: string = navigator.language): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(
    basisPoints / 10_000,
  )
}

export const pieces = (count: number) => (count === 1 ? '1 piece' : `${count} pieces`)
