/**
 * The passkeys of a person; one's own are added here too.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { visibleText } from '../../../parts/visible-text.ts'
import { api, Cancelled } from '../../api.ts'
import { type Loading, useLoaded } from '../../loaded.ts'
import { createPasskey } from '../../passkey.ts'
import { confirm } from '../../parts/confirm.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { FailureText } from '../../parts/failure.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Instant } from '../../parts/instant.tsx'
import { act, say } from '../../parts/say.tsx'
import { Empty, Shown } from '../../parts/states.tsx'
import { consoleStrings } from '../../strings.ts'
import type { Passkey } from '../../wire.ts'
import { personStrings as texts } from './strings.ts'

/** The card of passkeys. */
export function Passkeys({
  userId,
  isOwn,
}: {
  readonly userId: string
  readonly isOwn: boolean
}): JSX.Element {
  const path = `/api/v1/users/${userId}/passkeys`
  const passkeys = useLoaded(
    userId,
    async (signal) => (await api.get<readonly Passkey[]>(path, { signal })).body,
  )
  const isAdding = useSignal(false)
  const renaming = useSignal<Passkey | undefined>(undefined)
  return (
    <section class="card" aria-labelledby="passkeys-title">
      <div class="card-head">
        <h2 id="passkeys-title">{texts.passkeys}</h2>
        {isOwn ? (
          <button type="button" id="add-passkey" onClick={() => (isAdding.value = true)}>
            {texts.add}
          </button>
        ) : null}
      </div>
      <Shown of={passkeys} what={texts.passkeys} rows={2}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={texts.noPasskeys} />
          ) : (
            <>
              {isOwn && found.length === 1 ? <p class="alert is-calm">{texts.lastOne}</p> : null}
              <List
                path={path}
                found={found}
                passkeys={passkeys}
                onRename={isOwn ? (passkey) => (renaming.value = passkey) : undefined}
              />
            </>
          )
        }
      </Shown>
      {isAdding.value ? (
        <Add
          path={path}
          onClose={() => (isAdding.value = false)}
          onDone={() => {
            isAdding.value = false
            void passkeys.reload()
          }}
        />
      ) : null}
      {renaming.value === undefined ? null : (
        <Rename
          path={path}
          passkey={renaming.value}
          onClose={() => (renaming.value = undefined)}
          onDone={() => {
            renaming.value = undefined
            void passkeys.reload()
          }}
        />
      )}
    </section>
  )
}

function List({
  path,
  found,
  passkeys,
  onRename,
}: {
  readonly path: string
  readonly found: readonly Passkey[]
  readonly passkeys: Loading<readonly Passkey[]>
  readonly onRename: ((passkey: Passkey) => void) | undefined
}): JSX.Element {
  const { passkeyColumns: columns } = texts
  const remove = async ({ id, name }: Passkey): Promise<void> => {
    const isWanted = await confirm({
      title: texts.removeTitle(visibleText(name)),
      text: texts.removeText,
      go: texts.remove,
      isDangerous: true,
    })
    if (!isWanted) return
    const isDone = await act(
      () => api.delete(`${path}/${id}`).then(() => undefined),
      texts.removed(visibleText(name)),
    )
    if (isDone) await passkeys.reload()
  }
  return (
    <div class="table-wrap">
      <table class="data is-folding" id="passkeys">
        <thead>
          <tr>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.created}</th>
            <th scope="col">{columns.used}</th>
            <th scope="col">{columns.kept}</th>
            <th scope="col" class="do">
              {columns.do}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.map((passkey) => {
            const name = visibleText(passkey.name)
            return (
              <tr key={passkey.id}>
                <th scope="row">{name}</th>
                <td data-label={columns.created}>
                  <Instant at={passkey.created} isShort />
                </td>
                <td data-label={columns.used}>
                  <Instant at={passkey.lastUsed} isShort />
                </td>
                <td data-label={columns.kept}>
                  {passkey.isBackedUp ? texts.backedUp : texts.onDevice}
                </td>
                <td class="do">
                  {onRename === undefined ? null : (
                    <button
                      type="button"
                      class="is-small"
                      aria-label={`${texts.rename} ${name}`}
                      onClick={() => onRename(passkey)}
                    >
                      {texts.rename}
                    </button>
                  )}{' '}
                  <button
                    type="button"
                    class="is-small"
                    aria-label={`${texts.remove} ${name}`}
                    onClick={() => void remove(passkey)}
                  >
                    {texts.remove}
                  </button>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

interface FormProps {
  readonly path: string
  readonly onClose: () => void
  readonly onDone: () => void
}

function Add({ path, onClose, onDone }: FormProps): JSX.Element {
  const make = async (name: string): Promise<void> => {
    const asked = await api.post<{ readonly publicKey: unknown }>(`${path}/options`)
    const credential = await createPasskey(asked.body.publicKey)
    await api.post(path, { body: { name, credential } })
    say(texts.added(name))
    onDone()
  }
  return (
    <NameDialog
      title={texts.addTitle}
      text={texts.addText}
      label={texts.addName}
      hint={texts.addHint}
      go={texts.make}
      onName={make}
      onClose={onClose}
    />
  )
}

function Rename({
  path,
  passkey,
  onClose,
  onDone,
}: FormProps & { readonly passkey: Passkey }): JSX.Element {
  const rename = async (name: string): Promise<void> => {
    await api.put(`${path}/${passkey.id}`, { body: { name } })
    say(texts.renamed(name))
    onDone()
  }
  return (
    <NameDialog
      title={texts.renameTitle}
      label={texts.newName}
      value={passkey.name}
      go={texts.save}
      onName={rename}
      onClose={onClose}
    />
  )
}

function NameDialog({
  title,
  text,
  label,
  hint,
  value: before = '',
  go,
  onName,
  onClose,
}: {
  readonly title: string
  readonly text?: string
  readonly label: string
  readonly hint?: string
  readonly value?: string
  readonly go: string
  readonly onName: (name: string) => Promise<void>
  readonly onClose: () => void
}): JSX.Element {
  const value = useSignal(before)
  const failure = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  const submit = async (): Promise<void> => {
    isBusy.value = true
    failure.value = undefined
    try {
      await onName(value.value.trim() || texts.passkeys.slice(0, -1))
    } catch (error) {
      failure.value = error instanceof Cancelled ? new Error(texts.cancelled) : error
    } finally {
      isBusy.value = false
    }
  }
  return (
    <Dialog title={title} id="passkey-dialog" onClose={onClose}>
      {text === undefined ? null : <p>{text}</p>}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <TextField
          id="passkey-name"
          label={label}
          hint={hint}
          maxLength={100}
          value={value.value}
          onInput={(text) => (value.value = text)}
        />
        {failure.value === undefined ? null : <FailureText failure={failure.value} />}
        <div class="actions">
          <button type="submit" id="passkey-go" class="primary" aria-busy={isBusy.value}>
            {go}
          </button>
          <button type="button" onClick={onClose}>
            {consoleStrings.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
