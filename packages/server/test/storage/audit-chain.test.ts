import assert from 'node:assert/strict'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import Database from 'libsql'
import type { AuditPlace, Storage } from '@keygrant/server'
import {
  type AuditFault,
  exportAudit,
  exportedPart,
  readExportLine,
  verifyAuditChain,
} from '@keygrant/server/audit-log'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { linkAll } from '../../src/storage/audit-chain.ts'
import { type AuditRow, readAuditLink } from '../../src/storage/rows.ts'
import { NOW } from '../a-server.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const AT = NOW * 1000
const COUNT = 12

/** A file with entries 1 to {@link COUNT}, and what an outsider noted of its end. */
async function aLog(
  t: TestContext,
): Promise<{ readonly file: string; readonly anchor: AuditPlace }> {
  const file = join(await temporaryDirectory(t), 'keygrant.db')
  const storage = open(t, file)
  for (let index = 0; index < COUNT; index++) {
    storage.audit.append({
      event: 'app.updated',
      outcome: 'SUCCESS',
      at: AT + index,
      requestId: `r${index}`,
      actorId: 'somebody',
      clientId: 'app',
      detail: { index, text: 'as it was' },
    })
  }
  const { end } = await storage.audit.ends()
  await storage.close()
  return { file, anchor: end }
}

function open(t: TestContext, file: string): Storage {
  const storage = openSqliteStorage(new Database(file))
  t.after(() => storage.close())
  return storage
}

async function faultsAfter(
  t: TestContext,
  tamper: (database: Database.Database) => void,
  isAnchored = false,
): Promise<readonly AuditFault[]> {
  const { file, anchor } = await aLog(t)
  const database = new Database(file)
  tamper(database)
  database.close()
  const verdict = await verifyAuditChain(open(t, file).audit, isAnchored ? [anchor] : [])
  assert.equal(verdict.isWhole, verdict.faults.length === 0)
  return verdict.faults
}

/** What somebody does who knows how the chain is made. */
function chainAnew(database: Database.Database): void {
  const rows = database.prepare('SELECT * FROM audit ORDER BY id').all() as AuditRow[]
  const links = linkAll(
    { id: 0, hash: '' },
    rows.map((row) => readAuditLink(row).values),
  )
  database.exec('DELETE FROM audit')
  for (const { id, hash, values } of links) {
    database
      .prepare('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(id, ...values, hash)
  }
  const last = links.at(-1)
  database
    .prepare("UPDATE audit_chain SET id = ?, hash = ? WHERE name = 'end'")
    .run(last?.id, last?.hash)
}

suite('[AUDI-003] verifying a log that somebody changed with SQL', () => {
  for (const [what, sql, faults] of [
    ['nothing', 'SELECT 1', []],
    [
      'an edited detail',
      `UPDATE audit SET detail = replace(detail, 'was', 'is') WHERE id = 5`,
      [{ fault: 'changed', id: 5 }],
    ],
    ['an edited time', 'UPDATE audit SET at = at + 1 WHERE id = 1', [{ fault: 'changed', id: 1 }]],
    [
      'another actor',
      `UPDATE audit SET actor_id = 'other' WHERE id = 12`,
      [{ fault: 'changed', id: 12 }],
    ],
    [
      'a detail that is no JSON',
      `UPDATE audit SET detail = '{' WHERE id = 2`,
      [{ fault: 'changed', id: 2 }],
    ],
    [
      'a deletion',
      'DELETE FROM audit WHERE id IN (4, 5)',
      [{ fault: 'missing', id: 4, lastId: 5 }],
    ],
    [
      'a deletion at the beginning',
      'DELETE FROM audit WHERE id <= 3',
      [{ fault: 'missing', id: 1, lastId: 3 }],
    ],
    [
      'a deletion at the beginning that passes for retention',
      `DELETE FROM audit WHERE id <= 3;
       UPDATE audit_chain SET id = 3, hash = (SELECT hash FROM audit WHERE id = 4) WHERE name = 'start'`,
      [
        { fault: 'beginning', id: 4 },
        { fault: 'changed', id: 4 },
      ],
    ],
    [
      'a deletion with the gap closed',
      'DELETE FROM audit WHERE id = 5; UPDATE audit SET id = id - 1 WHERE id > 5',
      [
        ...[5, 6, 7, 8, 9, 10, 11].map((id) => ({ fault: 'changed', id })),
        { fault: 'missing', id: 12, lastId: 12 },
      ],
    ],
    [
      'an inserted entry that pushes the rest along',
      `UPDATE audit SET id = -id - 1 WHERE id > 11; UPDATE audit SET id = -id WHERE id < 0;
       INSERT INTO audit SELECT 12, at, event, outcome, 'new', actor_id, client_id, key_id, detail, hash
       FROM audit WHERE id = 11`,
      [
        { fault: 'changed', id: 12 },
        { fault: 'changed', id: 13 },
        { fault: 'added', id: 13 },
      ],
    ],
    [
      'two entries that changed places',
      `UPDATE audit SET id = 99 WHERE id = 6; UPDATE audit SET id = 6 WHERE id = 7;
       UPDATE audit SET id = 7 WHERE id = 99`,
      [6, 7, 8].map((id) => ({ fault: 'changed', id })),
    ],
    [
      '[AUDI-004] a tail that was cut off',
      'DELETE FROM audit WHERE id > 9',
      [{ fault: 'missing', id: 10, lastId: 12 }],
    ],
  ] as const) {
    test(`names ${what}`, async (t) => {
      assert.deepEqual(await faultsAfter(t, (database) => void database.exec(sql)), faults)
    })
  }
})

suite('[AUDI-004] a log that was computed anew', () => {
  const rewrite = (database: Database.Database): void => {
    database.exec(`UPDATE audit SET actor_id = 'somebody else' WHERE id = 2`)
    chainAnew(database)
  }
  const shorten = (database: Database.Database): void => {
    database.exec('DELETE FROM audit WHERE id > 9')
    chainAnew(database)
  }

  test('passes for whole to who has no anchor', async (t) => {
    assert.deepEqual(await faultsAfter(t, rewrite), [])
    assert.deepEqual(await faultsAfter(t, shorten), [])
  })

  test('is found by an anchor that was kept elsewhere', async (t) => {
    assert.deepEqual(await faultsAfter(t, rewrite, true), [{ fault: 'anchor', id: COUNT }])
    assert.deepEqual(await faultsAfter(t, shorten, true), [
      { fault: 'missing', id: 10, lastId: COUNT },
    ])
  })
})

suite('an export of the log', () => {
  const verifyLines = async (lines: readonly string[]) => {
    const links = lines.flatMap((line) => readExportLine(line) ?? [])
    assert.equal(links.length, lines.length)
    return verifyAuditChain(await exportedPart(links))
  }
  const read = async (t: TestContext, file: string, after?: number): Promise<string[]> => {
    const lines: string[] = []
    for await (const line of exportAudit(open(t, file).audit, after)) lines.push(line)
    return lines
  }

  test('verifies without the database', async (t) => {
    const { file, anchor } = await aLog(t)
    const lines = await read(t, file)
    const verdict = await verifyLines(lines)
    assert.deepEqual([verdict.isWhole, verdict.count, verdict.end], [true, COUNT, anchor])
  })

  test('goes on where an earlier one ended', async (t) => {
    const { file } = await aLog(t)
    const copy = `${file}.copy`
    await copyFile(file, copy)
    const all = await read(t, file)
    assert.deepEqual(await read(t, copy, 7), all.slice(7))
  })

  test('[AUDI-003] names a line that was edited, left out or moved', async (t) => {
    const { file } = await aLog(t)
    const lines = await read(t, file)
    const edited = lines.with(3, (lines[3] as string).replace('somebody', 'nobody'))
    assert.deepEqual((await verifyLines(edited)).faults, [{ fault: 'changed', id: 4 }])
    const without = lines.filter((_, index) => index !== 3)
    assert.deepEqual((await verifyLines(without)).faults, [{ fault: 'missing', id: 4, lastId: 4 }])
    const moved = [...lines.slice(0, 3), lines[4], lines[3], ...lines.slice(5)] as string[]
    assert.equal((await verifyLines(moved)).isWhole, false)
    const doubled = lines.toSpliced(5, 0, lines[4] as string)
    assert.deepEqual((await verifyLines(doubled)).faults, [{ fault: 'changed', id: 5 }])
  })

  test('verifies in parts, each against its first line', async (t) => {
    const { file, anchor } = await aLog(t)
    const part = (await read(t, file)).slice(4)
    const verdict = await verifyLines(part)
    assert.deepEqual([verdict.isWhole, verdict.start.id, verdict.end], [true, 5, anchor])
    const edited = part.with(2, (part[2] as string).replace('somebody', 'nobody'))
    assert.deepEqual((await verifyLines(edited)).faults, [{ fault: 'changed', id: 7 }])
  })

  test('[AUDI-002] has one line for each entry, whatever a sender put into it', async (t) => {
    const { file } = await aLog(t)
    const storage = open(t, file)
    const text = 'a\r\nb\u001b[31m\u2028\u2029\u0000{"id":99}'
    storage.audit.append({
      event: 'token.refused',
      outcome: 'DENY',
      at: AT,
      requestId: 'r',
      actorId: text,
      detail: { userAgent: text },
    })
    const lines: string[] = []
    for await (const line of exportAudit(storage.audit, COUNT)) lines.push(line)
    assert.equal(lines.length, 1)
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(lines[0] as string, /[\u0000-\u001f]/)
    assert.equal(readExportLine(lines[0] as string)?.id, COUNT + 1)
  })

  test('[ADMI-023] has no cell that a spreadsheet takes for a formula, whatever an app is called', async (t) => {
    const { file } = await aLog(t)
    const storage = open(t, file)
    const label = `=cmd|' /C calc'!A0","+1`
    const detail = { label }
    storage.audit.append({
      event: 'app.created',
      outcome: 'SUCCESS',
      at: AT,
      requestId: 'r',
      detail,
    })
    const lines: string[] = []
    for await (const line of exportAudit(storage.audit)) lines.push(line)
    // One JSON document a line, which is all that an export can be: no column of it is a text of its own.
    for (const line of lines) assert.match(line, /^\{"id":\d+,.*\}$/)
    assert.deepEqual(JSON.parse(lines.at(-1) as string).detail, detail)
  })

  test('shows what no server wrote as it stands there, and names it', async (t) => {
    const { file } = await aLog(t)
    const database = new Database(file)
    database.exec(
      `UPDATE audit SET detail = '{' WHERE id = 2; UPDATE audit SET at = 9000000000000000 WHERE id = 3`,
    )
    database.close()
    const verdict = await verifyLines(await read(t, file))
    assert.deepEqual(verdict.faults, [
      { fault: 'changed', id: 2 },
      { fault: 'changed', id: 3 },
    ])
  })

  for (const line of ['', '[]', '{}', 'null', '{"id":1}', '{"id":1.5,"hash":""}']) {
    test(`has no line like ${JSON.stringify(line)}`, () => {
      assert.equal(readExportLine(line), undefined)
    })
  }
})
