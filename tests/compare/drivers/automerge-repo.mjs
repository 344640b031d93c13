// automerge-repo over WebSocket, stored with NodeFS on both sides; the server as in its own sync server.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

import * as Automerge from '@automerge/automerge'
import { Repo, decodeHeads, parseAutomergeUrl } from '@automerge/automerge-repo'
import { WebSocketClientAdapter, WebSocketServerAdapter } from '@automerge/automerge-repo-network-websocket'
import { NodeFSStorageAdapter } from '@automerge/automerge-repo-storage-nodefs'
import { WebSocketServer } from 'ws'

import { below, each, edits, host, obey, port, role, until } from './lines.mjs'

/** Longer than a throttled save waits (100 ms) before it begins to write, milliseconds. */
const SAVING = 500

/** How many writes are under way. */
let writing = 0

/** NodeFS that tells when it is through. */
class Storage extends NodeFSStorageAdapter {
  async save(key, data) {
    writing++
    try {
      await super.save(key, data)
    } finally {
      writing--
    }
  }
}

const storage = (...names) => new Storage(below('store', ...names))

/** Which documents a client has: the application's business. */
const list = (...names) => join(below(...names), 'documents.json')
const listed = path => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [])

function apply(handle, edit) {
  handle.change(report => {
    if (edit.kind === 'cell') {
      report.cells[edit.cell] = edit.value
    } else {
      report.texts[edit.section] ??= ''
      Automerge.splice(report, ['texts', edit.section], edit.at, edit.remove, edit.insert)
    }
  })
}

const beginning = () => ({ cells: {}, texts: {} })

async function open(repo, path) {
  const known = listed(path)
  if (known.length) return repo.find(known[0])
  const handle = repo.create(beginning())
  writeFileSync(path, JSON.stringify([handle.url]))
  return handle
}

function plain(handle) {
  const { cells, texts } = handle.doc()
  return { cells: { ...cells }, texts: Object.fromEntries(Object.entries(texts).map(([k, v]) => [k, `${v}`])) }
}

/** Saves and ends. A throttled save may still be writing when the flush is done: leaving then loses documents. */
async function close(one) {
  // Fails when a document that was asked for has not come; the others are saved all the same.
  await one.shutdown().catch(() => {})
  do await new Promise(resolve => setTimeout(resolve, SAVING))
  while (writing)
}

let repo
const repos = []
let report

const client = {
  async work({ edits: path }) {
    const offline = new Repo({ storage: storage() })
    const handle = await open(offline, list())
    for (const edit of edits(path)) apply(handle, edit)
    await close(offline)
  },
  async fill({ documents }) {
    const offline = new Repo({ storage: storage() })
    const urls = []
    while (urls.length < documents) {
      for (let more = Math.min(1000, documents - urls.length); more > 0; more--)
        urls.push(offline.create(beginning()).url)
      await offline.flush()
    }
    writeFileSync(list(), JSON.stringify(urls))
    await close(offline)
    // A copy of this store is another store.
    rmSync(join(below('store'), 'st'), { recursive: true, force: true })
  },
  async connect({ address }) {
    repo = new Repo({ storage: storage(), network: [new WebSocketClientAdapter(`ws://${address}`)] })
    const handles = await Promise.all(listed(list()).map(url => repo.find(url)))
    report = handles[0] ?? (await open(repo, list()))
  },
  edit: ({ edit }) => apply(report, edit),
  state: () => ({ state: plain(report), document: report.url }),
  async crowd({ count, edits: path, address }) {
    const work = edits(path)
    await each(count, async number => {
      const one = new Repo({
        storage: storage('crowd', `${number}`),
        network: [new WebSocketClientAdapter(`ws://${address}`)],
      })
      const handle = await open(one, list('crowd', `${number}`))
      for (const edit of work) apply(handle, edit)
      const heads = Automerge.getHeads(handle.doc()).join()
      await until(() => {
        const hub = one.getStorageIdOfPeer('storage-server-hub')
        const theirs = hub && handle.getSyncInfo(hub)?.lastHeads
        return theirs && decodeHeads(theirs).join() === heads
      })
      await close(one)
    })
  },
  async 'crowd-connect'({ count, address }) {
    for (let number = 0; number < count; number++) {
      const one = new Repo({
        storage: storage('crowd', `${number}`),
        network: [new WebSocketClientAdapter(`ws://${address}`)],
      })
      repos.push(one)
    }
    await Promise.all(repos.map((one, number) => one.find(listed(list('crowd', `${number}`))[0])))
  },
  async stop() {
    await Promise.all([...repos, ...(repo ? [repo] : [])].map(close))
  },
}

if (role === 'server') {
  const sockets = new WebSocketServer({ noServer: true })
  const http = createServer()
  repo = new Repo({
    network: [new WebSocketServerAdapter(sockets)],
    storage: storage(),
    peerId: 'storage-server-hub',
    // As the sync server does: only documents that are asked for by their id.
    sharePolicy: async () => false,
  })
  http.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, one => sockets.emit('connection', one, request)))
  await new Promise(resolve => http.listen(port, host, resolve))
  await obey({
    // Asking the repository for what is not here would have the client asked.
    state({ document }) {
      const handle = repo.handles[parseAutomergeUrl(document).documentId]
      return { state: handle?.isReady() ? plain(handle) : beginning() }
    },
    stop: () => close(repo),
  })
} else {
  await obey(client)
}
