/** How many digits a currency has behind the point. */
export const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2

/** What a visitor typed, in minor units; nothing if it is no amount. Digits are moved, not computed with. */
export function minorOf(typed: string, digits: number): number | undefined {
  const [, whole = '', fraction = ''] = /^\s*(\d{1,9})(?:[.,](\d*))?\s*$/.exec(typed) ?? []
  if (whole === '' || fraction.length > digits) return undefined
  return Number(whole + fraction.padEnd(digits, '0'))
}

/** Minor units as a visitor types them: without the point, if nothing is behind it. */
export function typedOf(minor: number, digits: number): string {
  const all = String(minor).padStart(digits + 1, '0')
  const whole = all.slice(0, all.length - digits)
  const fraction = all.slice(all.length - digits)
  return /[1-9]/.test(fraction) ? `${whole}.${fraction}` : whole
}
