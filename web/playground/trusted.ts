const code = 'PERSISTED_QUERY_NOT_IN_LIST'
const message =
  'This router accepts only the documents in its list of trusted documents, so the playground ' +
  'cannot be used with it. Open the playground of a router with TRUSTED=off ' +
  '(persistedDocuments.mode: off).'

/**
 * explainRefusal returns the router's answer, but if the router accepts only trusted documents, with
 * a message for somebody at the playground: the router's own message is for those who build a client.
 */
export async function explainRefusal(answer: Response): Promise<Response> {
  if (answer.status !== 403) return answer
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => undefined)
  const { errors } = (body ?? {}) as { errors?: { extensions?: { code?: unknown } }[] }
  if (!errors?.some(({ extensions }) => extensions?.code === code)) return answer
  const explained = errors.map((error) => ({ ...error, message }))
  return Response.json({ errors: explained }, { status: answer.status })
}
