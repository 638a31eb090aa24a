/**
 * One request beside the list that it was chosen from.
 * @module
 */

import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { detailsPath, type PanelProps } from '../../log/beside.tsx'
import { Shown } from '../../parts/states.tsx'
import { setTitle } from '../../title.ts'
import { useRequest } from './logged-request.ts'
import { PartLevel } from './part.tsx'
import { headOf, RequestParts } from './request.tsx'
import { entryStrings as texts } from './strings.ts'

/** The panel. Its heading takes the focus when it opens. */
export function Panel({ requestId, onClose }: PanelProps): JSX.Element {
  const loading = useRequest(requestId)
  const { title, tab, lead, actions } = headOf(requestId, loading.state.value.value)
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), [])
  useEffect(() => {
    if (tab === undefined) return undefined
    const before = document.title
    setTitle(tab)
    return () => void (document.title = before)
  }, [tab])
  return (
    <>
      <div class="panel-bar">
        <a id="own-page" href={detailsPath(requestId)}>
          {texts.panel.page}
        </a>
        <button type="button" class="is-small" id="close-panel" onClick={onClose}>
          {texts.panel.close} <kbd aria-hidden="true">Esc</kbd>
        </button>
      </div>
      <div class="page-title">
        <h2 id="panel-title" ref={heading} tabIndex={-1}>
          {title}
        </h2>
        {lead === undefined ? null : <p class="muted">{lead}</p>}
      </div>
      {actions === undefined ? null : <div class="actions">{actions}</div>}
      <Shown of={loading} what={texts.what} rows={10}>
        {(found) =>
          found === null ? null : (
            <PartLevel.Provider value={3}>
              <RequestParts found={found} />
            </PartLevel.Provider>
          )
        }
      </Shown>
    </>
  )
}
