/** The host inside the app's window: Go's bound methods and the runtime's events. */
import type { Events, Fault, Host } from './host'

type Bound = Record<string, (...args: unknown[]) => Promise<unknown>>

interface Bridge {
  go?: { main?: { App?: Bound } }
  runtime?: {
    EventsOn(name: string, listener: (value: unknown) => void): () => void
    OnFileDrop?(listener: () => void, onTargetsOnly: boolean): void
  }
}

const bridge = () => globalThis as unknown as Bridge

/** Tells whether the page runs in the app's window (or in a browser that the development server wired to it). */
export const present = () => bridge().go?.main?.App !== undefined

/** Gives any rejection the form of a fault; what is not one becomes `internal`. */
export function toFault(reason: unknown): Fault {
  if (typeof reason === 'object' && reason !== null && 'code' in reason && 'rule' in reason) return reason as Fault
  const text = reason instanceof Error ? reason.message : String(reason)
  return { code: 'internal', rule: 'internal', message: text, details: { error: text } }
}

async function call<T>(method: string, ...args: unknown[]): Promise<T> {
  const bound = bridge().go?.main?.App?.[method]
  if (!bound) throw toFault(`no method ${method}`)
  try {
    return (await bound(...args)) as T
  } catch (reason) {
    throw toFault(reason)
  }
}

export const wails: Host = {
  session: () => call('Session'),
  setKey: (key, memoryOnly) => call('SetKey', key, memoryOnly),
  removeKey: () => call('RemoveKey'),
  setDemo: (on) => call('SetDemo', on),
  saveSettings: (settings) => call('SaveSettings', settings),
  chooseFolder: () => call('ChooseFolder'),
  account: () => call('Account'),

  models: () => call('Models'),
  refreshModels: () => call('RefreshModels'),
  quote: (request) => call('Quote', request),
  choosePicture: () => call('ChoosePicture'),
  addPicture: (name, base64) => call('AddPicture', name, base64),
  addPictureFromUrl: (url) => call('AddPictureFromUrl', url),
  picture: (id) => call('Picture', id),
  fixPicture: (id, fix) => call('FixPicture', id, fix),
  generate: (request) => call('Generate', request),

  generations: async () => (await call<Awaited<ReturnType<Host['generations']>> | null>('Generations')) ?? [],
  generation: (id) => call('Generation', id),
  cancel: (id) => call('Cancel', id),
  retryDownload: (id) => call('RetryDownload', id),
  dismiss: (id) => call('Dismiss', id),

  videos: async (query) => {
    const page = await call<Awaited<ReturnType<Host['videos']>>>('Videos', query)
    return { ...page, videos: page.videos ?? [] }
  },
  video: (id) => call('Video', id),
  rename: (id, name) => call('Rename', id, name),
  setFavourite: (id, on) => call('SetFavourite', id, on),
  trash: (ids) => call('Trash', ids),
  restore: (ids) => call('Restore', ids),
  reveal: (id) => call('Reveal', id),
  openExternally: (id) => call('OpenExternally', id),
  savePoster: (id, base64) => call('SavePoster', id, base64),

  copyText: (text) => call('CopyText', text),
  openLink: (url) => call('OpenLink', url),

  on<K extends keyof Events>(name: K, listener: (value: Events[K]) => void) {
    return bridge().runtime?.EventsOn(name, (value) => listener(value as Events[K])) ?? (() => {})
  },
}

/**
 * On Windows the path of a dropped file reaches Go only through the runtime's own
 * listener in the page; elsewhere this changes nothing.
 */
export function passDropsOn(): void {
  bridge().runtime?.OnFileDrop?.(() => {}, false)
}
