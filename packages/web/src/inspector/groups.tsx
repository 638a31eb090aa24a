/**
 * The checks in their eight groups. Those with something wrong in them are open.
 * @module
 */

import { signal } from '@preact/signals'
import type { CheckName, CheckResult } from '@keygrant/core/assertion'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Ledger, type LedgerProps } from '../parts/ledger.tsx'
import type { Inspection } from './inspection.ts'
import { AskServer, ClientRows, GrantRows, rowsOf, SignerRow } from './server-view.tsx'
import { resultStrings } from './result-strings.ts'
import { receipt } from './state.ts'

const GROUPS = [
  'form',
  'header',
  'key',
  'signature',
  'claims',
  'client',
  'replay',
  'grant',
] as const
type GroupName = (typeof GROUPS)[number]
/** What only a server can tell. */
const SERVER_GROUPS: readonly GroupName[] = ['client', 'replay', 'grant']

const GROUP_OF: Readonly<Partial<Record<CheckName, GroupName>>> = {
  format: 'form',
  crit: 'header',
  typ: 'header',
  alg: 'header',
  key: 'key',
  signature: 'signature',
  replay: 'replay',
}

const isAllShown = signal(false)

/** The groups of one result. */
export function Groups({
  result,
  ...ledger
}: Omit<LedgerProps, 'checks' | 'subject'> & { readonly result: Inspection }): JSX.Element {
  const list = useRef<HTMLDivElement>(null)
  const { checks, kind, server } = result
  const onShowAll = (): void => {
    isAllShown.value = !isAllShown.value
    for (const each of list.current?.querySelectorAll('details') ?? []) {
      each.open = isAllShown.value || 'fails' in each.dataset || 'news' in each.dataset
    }
  }
  const isAssertion = kind === 'assertion'
  return (
    <section class="card groups" aria-labelledby="checks-title">
      <div class="groups-head">
        <h2 id="checks-title">{resultStrings.title}</h2>
        <button type="button" id="show-all" onClick={onShowAll}>
          {isAllShown.value ? resultStrings.showLess : resultStrings.showAll}
        </button>
      </div>
      <div ref={list}>
        {GROUPS.map((name, index) => {
          const own = checks.filter(({ check }) => (GROUP_OF[check] ?? 'claims') === name)
          const isOfServer = SERVER_GROUPS.includes(name)
          if (own.length === 0 && !(isAssertion && isOfServer)) return null
          const rows = server === undefined ? [] : rowsOf(name, server)
          const isOpenQuestion = isOfServer && server === undefined
          return (
            <Group
              key={name}
              name={name}
              number={index + 1}
              states={[...own, ...rows]}
              isOpen={name === 'signature' && isSignerNews(result)}
              note={
                isOpenQuestion
                  ? resultStrings.notRun
                  : name === 'grant' && rows.length === 0
                    ? resultStrings.notAsked
                    : undefined
              }
            >
              {own.length === 0 || isOpenQuestion ? null : (
                <Ledger checks={own} subject={kind} isTarget {...ledger} />
              )}
              {name === 'signature' && server !== undefined ? <SignerRow server={server} /> : null}
              {name === 'client' && server !== undefined ? <ClientRows server={server} /> : null}
              {name === 'grant' && server !== undefined ? <GrantRows server={server} /> : null}
            </Group>
          )
        })}
      </div>
      {isAssertion && server === undefined && receipt.value?.from !== 'log' ? <AskServer /> : null}
    </section>
  )
}

/** Whether a server knows more of the signature than that it does not fit. */
function isSignerNews({ checks, server }: Inspection): boolean {
  return (
    server !== undefined &&
    checks.some(({ check, status }) => check === 'signature' && status !== 'pass')
  )
}

function Group({
  name,
  number,
  states,
  isOpen,
  note,
  children,
}: {
  readonly name: GroupName
  readonly number: number
  readonly states: readonly Pick<CheckResult, 'status'>[]
  /** Whether it is worth a look although nothing in it fails. */
  readonly isOpen: boolean
  readonly note: string | undefined
  readonly children: JSX.Element | readonly (JSX.Element | null)[]
}): JSX.Element {
  const count = (status: string): number => states.filter((each) => each.status === status).length
  const [failed, passed, skipped] = [count('fail'), count('pass'), count('skip')]
  const icon: IconName = failed > 0 ? 'fail' : passed > 0 && note === undefined ? 'pass' : 'skip'
  const title = (
    <>
      <span class={`state is-${icon}`}>
        <Icon name={icon} />
      </span>
      <h3 id={`group-${name}`}>
        <span class="group-number">{number}</span> {resultStrings.groups[name]}
      </h3>
      <span class="group-summary">{note ?? resultStrings.summary(failed, passed, skipped)}</span>
    </>
  )
  return (
    <section class="group" data-group={name} aria-labelledby={`group-${name}`}>
      {note === undefined ? (
        <details
          class="fold"
          open={failed > 0 || isOpen || isAllShown.value}
          data-fails={failed > 0 ? '' : undefined}
          data-news={isOpen ? '' : undefined}
        >
          <summary>{title}</summary>
          {children}
        </details>
      ) : (
        <div class="group-closed">{title}</div>
      )}
    </section>
  )
}
