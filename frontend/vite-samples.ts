/**
 * Posters and clips for the in-memory host, on the development and preview servers alone:
 * posters are drawn, clips are taken from CONCH_SAMPLES or from the simulator's.
 */
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const hues = [18, 200, 262, 340, 150, 42, 226, 8, 176, 290]

function hash(text: string): number {
  let h = 2166136261
  for (const c of text) h = Math.imul(h ^ c.charCodeAt(0), 16777619) >>> 0
  return h
}

/** A quiet landscape of ridges, the same for the same id. */
export function poster(id: string): string {
  let seed = hash(id)
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const hue = hues[hash(id) % hues.length]!
  const low = hue + 30 + random() * 40
  let shapes = `<circle cx="${200 + random() * 960}" cy="${180 + random() * 220}" r="${40 + random() * 60}" fill="hsl(${low} 90% 82%)" opacity=".85"/>`
  for (let layer = 0; layer < 5; layer++) {
    const base = 330 + layer * 90
    let d = `M0 768 L0 ${base}`
    for (let x = 0; x <= 1366; x += 34) d += ` L${x} ${Math.round(base + Math.sin(x / (90 + 60 * random()) + layer) * (46 - layer * 5) + random() * 22)}`
    shapes += `<path d="${d} L1366 768 Z" fill="hsl(${hue + layer * 6} ${38 - layer * 3}% ${44 - layer * 8}%)"/>`
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1366 768" width="1366" height="768"><defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="hsl(${hue} 48% 34%)"/><stop offset=".7" stop-color="hsl(${low} 70% 70%)"/></linearGradient></defs><rect width="1366" height="768" fill="url(#s)"/>${shapes}</svg>`
}

function clips(): string[] {
  const folder = process.env.CONCH_SAMPLES ?? join(import.meta.dirname, '../backend/simulator')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mp4')).sort().map((name) => join(folder, name))
}

function serve(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const match = /^\/_media\/(poster|thumb|picture|video)\/([^/?]+)/.exec(request.url ?? '')
  if (!match) return next()
  const [, kind, id] = match as unknown as [string, string, string]
  response.setHeader('Access-Control-Allow-Origin', '*')
  if (kind !== 'video') {
    response.setHeader('Content-Type', 'image/svg+xml')
    response.end(poster(id))
    return
  }
  const all = clips()
  const file = all[hash(id) % all.length]
  if (!file || !existsSync(file)) {
    response.statusCode = 404
    response.end()
    return
  }
  const size = statSync(file).size
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '')
  const from = range ? Number(range[1]) : 0
  const to = range?.[2] ? Math.min(Number(range[2]), size - 1) : size - 1
  response.writeHead(range ? 206 : 200, {
    'Content-Type': 'video/mp4', 'Accept-Ranges': 'bytes', 'Content-Length': to - from + 1,
    ...(range ? { 'Content-Range': `bytes ${from}-${to}/${size}` } : {}),
  })
  createReadStream(file, { start: from, end: to }).pipe(response)
}

export const samples = (): Plugin => ({
  name: 'conch-samples',
  configureServer: (server) => void server.middlewares.use(serve),
  configurePreviewServer: (server) => void server.middlewares.use(serve),
})
