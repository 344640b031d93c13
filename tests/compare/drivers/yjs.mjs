// Yjs with y-websocket's own server, stored with y-leveldb on both sides.

import { createServer } from 'node:http'
import { createRequire } from 'node:module'

import WebSocket, { WebSocketServer } from 'ws'
import { LeveldbPersistence } from 'y-leveldb'
import { WebsocketProvider } from 'y-websocket'

import { below, each, edits, host, obey, port, role, until } from './lines.mjs'

// One copy of Yjs for everybody: y-websocket's server is a CommonJS module.
const Y = createRequire(import.meta.url)('yjs')

const name = number => `report-${number}`

function apply(doc, edit) {
  doc.transact(() => {
    if (edit.kind === 'cell') {
      doc.getMap('cells').set(edit.cell, edit.value)
    } else {
      const text = doc.getText(edit.section)
      text.delete(edit.at, edit.remove)
      text.insert(edit.at, edit.insert)
    }
  })
}

function plain(doc) {
  const texts = [...doc.share.keys()].filter(key => key !== 'cells')
  return {
    cells: doc.getMap('cells').toJSON(),
    texts: Object.fromEntries(texts.map(key => [key, doc.getText(key).toString()])),
  }
}

/** A document with what is stored of it, which stores what is done. */
async function open(store, room) {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(await store.getYDoc(room)))
  const stored = []
  doc.on('update', update => stored.push(store.storeUpdate(room, update)))
  return { doc, stored: () => Promise.all(stored) }
}

const provide = (address, room, doc) =>
  new WebsocketProvider(`ws://${address}`, room, doc, { WebSocketPolyfill: WebSocket, disableBc: true })

let store
const opened = []
const providers = []

const client = {
  async work({ edits: path }) {
    store = new LeveldbPersistence(below('store'))
    const { doc, stored } = await open(store, name(0))
    for (const edit of edits(path)) apply(doc, edit)
    await stored()
    await store.destroy()
  },
  async fill({ documents }) {
    store = new LeveldbPersistence(below('store'))
    await each(documents, async number => {
      const { doc, stored } = await open(store, name(number))
      apply(doc, { kind: 'cell', cell: 'begun', value: 0 })
      await stored()
    })
    await store.destroy()
  },
  async connect({ address, documents }) {
    store = new LeveldbPersistence(below('store'))
    for (let number = 0; number < documents; number++) {
      const one = await open(store, name(number))
      opened.push(one)
      providers.push(provide(address, name(number), one.doc))
    }
  },
  edit: ({ edit }) => apply(opened[0].doc, edit),
  state: () => ({ state: plain(opened[0].doc), document: name(0) }),
  async crowd({ count, edits: path, address }) {
    const work = edits(path)
    await each(count, async number => {
      const own = new LeveldbPersistence(below('crowd', `${number}`))
      const { doc, stored } = await open(own, name(number))
      for (const edit of work) apply(doc, edit)
      const provider = provide(address, name(number), doc)
      await until(() => provider.synced)
      await new Promise(resolve => setTimeout(resolve, 50))
      provider.destroy()
      await stored()
      await own.destroy()
    })
  },
  async 'crowd-connect'({ count, address }) {
    for (let number = 0; number < count; number++) {
      const own = new LeveldbPersistence(below('crowd', `${number}`))
      const one = await open(own, name(number))
      opened.push(one)
      providers.push(provide(address, name(number), one.doc))
    }
  },
  async stop() {
    for (const provider of providers) provider.destroy()
    await Promise.all(opened.map(one => one.stored()))
    await store?.destroy()
  },
}

if (role === 'server') {
  process.env.YPERSISTENCE = below('store')
  const { docs, getPersistence, setupWSConnection } = createRequire(import.meta.url)('y-websocket/bin/utils')
  const sockets = new WebSocketServer({ noServer: true })
  sockets.on('connection', setupWSConnection)
  const http = createServer()
  http.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, one => sockets.emit('connection', one, request)))
  await new Promise(resolve => http.listen(port, host, resolve))
  await obey({
    state: ({ document }) => ({ state: plain(docs.get(document) ?? new Y.Doc()) }),
    stop: () => getPersistence().provider.destroy(),
  })
} else {
  await obey(client)
}
