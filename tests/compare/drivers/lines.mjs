// What the drivers on Node share: a line of JSON in, what it asks for, a line of JSON out.

import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** How this driver was started: as `server` or `client`, over which folder, where the server listens. */
export const [role, folder, server] = process.argv.slice(2)
export const [host, port] = server.split(':')

/** How many clients of a crowd are prepared at a time. */
const AT_A_TIME = 16

// automerge-repo gives up waiting for a document after a minute, in a promise that nobody holds; a server that is
// deployed goes on.
process.on('unhandledRejection', error => console.error(error))

const answer = what => process.stdout.write(`@${JSON.stringify(what)}\n`)

/** Does what is asked, one thing after the other, until `stop`. */
export async function obey(commands) {
  answer({ ready: true })
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line)
    try {
      const done = commands[asked.do] ? await commands[asked.do](asked) : {}
      answer(done ?? {})
    } catch (error) {
      answer({ error: String(error?.stack ?? error) })
    }
    if (asked.do === 'stop') process.exit(0)
  }
}

export const edits = path => JSON.parse(readFileSync(path, 'utf8'))

/** A folder below the driver's. */
export function below(...names) {
  const path = join(folder, ...names)
  mkdirSync(path, { recursive: true })
  return path
}

/** Does the same for many, some at a time. */
export async function each(count, work) {
  let next = 0
  const run = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: Math.min(count, AT_A_TIME) }, run))
}

/** Waits until something holds. */
export async function until(holds) {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 20))
}
