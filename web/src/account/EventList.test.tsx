import { render, screen } from '@testing-library/react'
import { buildSchema, isEnumType } from 'graphql'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeFragmentData } from '../gql'
import { EventList, EventParts, eventNames } from './EventList'

const event = (kind: keyof typeof eventNames, actorId: string | null) =>
  makeFragmentData({ id: kind, kind, at: '2026-01-31T12:34:56.789Z', actorId }, EventParts)

test('tells what happened, and who did it if that was somebody else', () => {
  render(
    <EventList
      userId="usr_ada"
      events={[
        event('ROLE_CHANGED', 'usr_eve'),
        event('PASSWORD_RESET_REQUESTED', null),
        event('LOGGED_IN', 'usr_ada'),
      ]}
    />,
  )
  const told = screen.getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(told[0]).toMatch(/^Role changed, by the shop/)
  expect(told[1]).toMatch(/^New password requested(?!,)/)
  expect(told[2]).toMatch(/^Logged in(?!,)/)
})

test('has words for every kind of event', () => {
  const kinds = buildSchema(readFileSync('../schema/api.graphqls', 'utf8')).getType(
    'AccountEventKind',
  )
  expect(Object.keys(eventNames).toSorted()).toEqual(
    isEnumType(kinds) &&
      kinds
        .getValues()
        .map(({ name }) => name)
        .toSorted(),
  )
})
