import type { Fault } from '../regions/fault'

/**
 * What a form shows: messages by input name, and under `form` for the whole form. Empty on
 * success.
 */
export type FormErrors = Record<string, string>

/** Returns the message for a form whose request has no answer. */
export function faultMessage({ code }: Fault, otherwise: string): string {
  return code === 'RATE_LIMITED' ? 'Too many requests. Please wait a moment.' : otherwise
}

/** Returns each refusal beside the input that its path names. */
export function inputErrors(
  refusals: readonly { path?: readonly string[] | null; message: string }[],
): FormErrors {
  return Object.fromEntries(refusals.map(({ path, message }) => [path?.at(-1) ?? 'form', message]))
}

export function tooManyAttempts({ retryAfter }: { retryAfter: number }): FormErrors {
  return { form: `Too many failed attempts. Please wait ${retryAfter} seconds.` }
}

export function inputOf(data: FormData, name: string): string {
  const value = data.get(name)
  return typeof value === 'string' ? value : ''
}
