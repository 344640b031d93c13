// PouchDB with express-pouchdb, in LevelDB on both sides: a document for each cell and each section, as
// its guide advises, a database for each office.

import express from 'express'
import expressPouch from 'express-pouchdb'
import PouchDB from 'pouchdb'

import { below, each, edits, host, obey, port, role, until } from './lines.mjs'

const at = (...names) => PouchDB.defaults({ prefix: `${below('store', ...names)}/` })

async function apply(database, edit, revisions) {
  const _id = edit.kind === 'cell' ? `cell-${edit.cell}` : `text-${edit.section}`
  const content = edit.kind === 'cell' ? { value: edit.value } : { text: edit.text }
  const _rev = revisions.get(_id)
  revisions.set(_id, (await database.put({ _id, ...(_rev && { _rev }), ...content })).rev)
}

async function revisionsOf(database) {
  const { rows } = await database.allDocs()
  return new Map(rows.map(row => [row.id, row.value.rev]))
}

async function plain(database) {
  const { rows } = await database.allDocs({ include_docs: true })
  const of = kind => rows.filter(row => row.id.startsWith(kind)).map(row => [row.id.slice(5), row.doc])
  return {
    cells: Object.fromEntries(of('cell-').map(([id, doc]) => [id, doc.value])),
    texts: Object.fromEntries(of('text-').map(([id, doc]) => [id, doc.text])),
  }
}

let database
let revisions
let syncing = []

const client = {
  async work({ edits: path }) {
    const offline = new (at())('report')
    const known = await revisionsOf(offline)
    for (const edit of edits(path)) await apply(offline, edit, known)
    await offline.close()
  },
  async fill({ documents }) {
    const offline = new (at())('report')
    for (let made = 0; made < documents; made += 1000) {
      const many = Array.from({ length: Math.min(1000, documents - made) }, (_, number) => ({
        _id: `cell-${made + number}`,
        value: 0,
      }))
      await offline.bulkDocs(many)
    }
    await offline.close()
  },
  async connect({ address, live }) {
    database = new (at())('report')
    revisions = await revisionsOf(database)
    const options = live ? { live: true, retry: true } : {}
    const sync = database.sync(`http://${address}/report`, options)
    syncing.push(sync)
    if (!live) await sync
  },
  edit: ({ edit }) => apply(database, edit, revisions),
  state: async () => ({ state: await plain(database), document: 'report' }),
  async crowd({ count, edits: path, address }) {
    const work = edits(path)
    await each(count, async number => {
      const own = new (at('crowd', `${number}`))('report')
      const known = await revisionsOf(own)
      for (const edit of work) await apply(own, edit, known)
      await own.sync(`http://${address}/report-${number}`)
      await own.close()
    })
  },
  async 'crowd-connect'({ count, address }) {
    let through = 0
    for (let number = 0; number < count; number++) {
      const own = new (at('crowd', `${number}`))('report')
      const sync = own.sync(`http://${address}/report-${number}`, { live: true, retry: true })
      sync.once('paused', () => through++)
      syncing.push(sync)
    }
    await until(() => through === count)
  },
  stop() {
    for (const sync of syncing) sync.cancel()
  },
}

if (role === 'server') {
  const app = express()
  const Database = at()
  const inside = below('settings')
  app.use('/', expressPouch(Database, {
    mode: 'minimumForPouchDB',
    configPath: `${inside}/config.json`,
    logPath: `${inside}/log.txt`,
  }))
  await new Promise(resolve => app.listen(port, host, resolve))
  await obey({ state: async ({ document }) => ({ state: await plain(new Database(document)) }) })
} else {
  await obey(client)
}
