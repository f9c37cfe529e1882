/** A host without a Go side: for unit tests, and for the page in a plain browser. Everything lives in memory. */
import type { Entry, Events, Fault, Generation, Host, Picture, Request, Session, State, Video } from './host'
import { gallery } from './memory-gallery'
import { statistics } from './memory-statistics'
import { models, outcomes, sampleRuns, sampleVideos } from './memory-data'
import sentences from '../../messages/en/errors.json'

export interface MemoryOptions {
  /** Changes to the session it starts with. */
  session?: Partial<Session>
  videos?: number | Video[]
  generations?: Generation[]
  /** Milliseconds a generation spends in each state; 0 never moves it on by itself. */
  pace?: number
  /** How many rows the ledger has beyond those of the generations. */
  submits?: number
  now?: () => number
}

export interface MemoryHost extends Host {
  /** Sends an event as the Go side would. */
  emit<K extends keyof Events>(name: K, value: Events[K]): void
  /** Keeps a video, as when a run ends. */
  add(video: Video): void
  /** The next call of this method rejects with the fault. */
  failNext(method: keyof Host, fault: Fault): void
  readonly copied: string[]
}

/** As Go makes it, with its English sentence. */
export function fault(code: string, rule: string, args: Fault['args'] = {}): Fault {
  const sentence = (sentences as Record<string, string>)[`error_${rule}`] ?? rule
  return { code, rule, args, message: sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name])) }
}

const life: State[] = ['waiting', 'submitting', 'processing', 'downloading', 'done']

/**
 * Options for the page in a plain browser, from its address: `?welcome`, `?videos=200`, `?locale=zh-Hant`, `?theme=light`, `?runs` (one in
 * each state), `?submits=900` (the ledger), `?budget=5` (dollars), `?recovered`, `?connection=down`, `?fault`; `?key` leaves the demonstration.
 */
function fromAddress(): MemoryOptions {
  const query = new URLSearchParams(globalThis.location?.search ?? '')
  const welcome = query.has('welcome')
  const demo = !welcome && !query.has('key')
  const base = initialSession()
  return {
    session: {
      demo, ready: !welcome, service: demo ? 'demo' : base.service,
      connection: { online: !query.has('connection'), kind: (query.get('connection') ?? 'online') as Session['connection']['kind'], until: Date.now() + 90_000 },
      recovered: query.has('recovered') ? { resumed: 3, uncertain: 1 } : base.recovered,
      ...(query.has('key') ? { key: { source: 'keychain', lastFour: '6789' } as const } : {}),
      languages: [...(globalThis.navigator?.languages ?? [])],
      settings: {
        ...base.settings, demo, budget: Number(query.get('budget') ?? 0) * 1e6,
        locale: (query.get('locale') ?? '') as Session['settings']['locale'],
        theme: (query.get('theme') ?? 'system') as Session['settings']['theme'],
      },
      ...(query.has('fault') ? { fault: fault('library', 'library_newer', { found: 9, known: 3 }) } : {}),
    },
    videos: Number(query.get('videos') ?? 24),
    generations: query.has('runs') ? sampleRuns(Date.now()) : [],
    submits: Number(query.get('submits') ?? 0),
    pace: 4000,
  }
}

function initialSession(): Session {
  return {
    serial: 0, version: '0.1.0', platform: 'linux', demo: false, service: 'https://api.atlascloud.ai', ready: false,
    key: { source: 'none', lastFour: '' },
    settings: { videosFolder: '', parallel: 3, theme: 'system', locale: '', demo: false, budget: 0, trashDays: 30, window: { x: 0, y: 0, width: 1280, height: 800, maximised: false } },
    defaultFolder: '/home/you/Videos/Conch', media: './_media', languages: ['en'],
    connection: { online: true, kind: 'online' }, recovered: { resumed: 0, uncertain: 0 },
  }
}

export function createMemoryHost(options: MemoryOptions = fromAddress()): MemoryHost {
  const now = options.now ?? Date.now
  const listeners = new Map<string, Set<(value: never) => void>>()
  const failures = new Map<string, Fault>()
  const copied: string[] = []
  const pictures = new Map<string, Picture>()
  let session: Session = { ...initialSession(), ...options.session }
  let counter = 0
  let balance = 12_400_000
  const videos = new Map<string, Video>()
  for (const v of Array.isArray(options.videos) ? options.videos : sampleVideos(options.videos ?? 0, now())) videos.set(v.id, v)
  const generations = new Map<string, Generation>((options.generations ?? []).map((g) => [g.id, g]))

  const emit: MemoryHost['emit'] = (name, value) => {
    for (const listener of listeners.get(name) ?? []) (listener as (v: typeof value) => void)(value)
  }
  const announce = () => {
    session = { ...session, serial: session.serial + 1, ready: session.demo || session.key.source !== 'none', service: session.demo ? 'demo' : 'https://api.atlascloud.ai' }
    emit('session', session)
    return session
  }
  const found = <T>(map: Map<string, T>, id: string, rule: string): T => {
    const record = map.get(id)
    if (!record) throw fault('not_found', rule, { id })
    return record
  }
  const saveVideo = (v: Video): Video => {
    const next = { ...v, version: v.version + 1 }
    videos.set(next.id, next)
    emit('video', next)
    return next
  }
  const saveGeneration = (g: Generation): Generation => {
    const next = { ...g, version: g.version + 1 }
    generations.set(next.id, next)
    emit('generation', next)
    return next
  }
  const addPicture = (name: string, bytes: number): Picture => {
    const p: Picture = { id: `picture-${++counter}`, name, type: 'image/jpeg', width: 1280, height: 720, bytes, problems: null }
    pictures.set(p.id, p)
    return p
  }
  const finish = (g: Generation): Generation => {
    const video: Video = {
      ...sampleVideos(1, now())[0]!, id: `video-new-${++counter}`, generationId: g.id, predictionId: g.predictionId ?? '',
      prompt: String(g.request.params.prompt ?? ''), name: String(g.request.params.prompt ?? '').slice(0, 40),
      model: g.request.model, params: g.request.params, pictures: g.request.pictures, createdAt: now(), favourite: false,
    }
    videos.set(video.id, video)
    emit('video', video)
    balance -= 230_000
    emit('account', { known: true, amount: balance, currency: 'USD' })
    return { ...g, state: 'done', videos: [video.id], charged: 230_000, predictTime: 41.2, endedAt: now(), completedAt: now() }
  }
  const advance = (id: string) => {
    const g = generations.get(id)
    const at = g ? life.indexOf(g.state) : -1
    if (!g || at < 0 || at === life.length - 1) return
    const state = life[at + 1]!
    let next: Generation = { ...g, state }
    if (state === 'processing') next = { ...next, predictionId: `pred_${id}`, submittedAt: now() }
    if (state === 'done') next = finish(next)
    saveGeneration(next)
    emit('stage', { id, state, sent: 1_200_000, total: 3_400_000, rate: 900_000, left: 2.4, estimate: 42 })
    setTimeout(() => advance(id), options.pace)
  }
  const generate = (request: Request): Generation => {
    const g = saveGeneration({
      id: `generation-${++counter}`, version: 0, service: session.service, state: 'waiting', request,
      price: { amount: 230_000, source: 'quote' }, createdAt: now(),
    })
    if (options.pace) setTimeout(() => advance(g.id), options.pace)
    return g
  }
  const ledger = (): Entry[] => [
    ...[...generations.values()].filter((g) => g.submittedAt).map((g): Entry => ({
      generationId: g.id, attempt: g.attempt ?? 1, at: g.submittedAt!, service: g.service, model: g.request.model, price: g.price,
      outcome: g.state === 'done' ? 'done' : g.state === 'failed' ? 'failed' : g.state === 'uncertain' ? 'uncertain' : 'accepted',
      predictionId: g.predictionId, charged: g.charged, prompt: String(g.request.params.prompt ?? ''),
    })),
    ...Array.from({ length: options.submits ?? 0 }, (_, i): Entry => ({
      generationId: `submit-${i}`, attempt: 1, at: now() - (i + 8) * 4_000_000, service: session.service, model: models[i % 3]!.id, outcome: outcomes[i % outcomes.length]!,
      price: { amount: 230_000, source: i % 4 ? 'quote' : 'catalog' }, predictionId: i % 3 ? `pred_${(0x9e3779b9 * (i + 1) >>> 0).toString(16)}` : undefined,
      charged: i % 2 ? 230_000 : undefined, prompt: sampleVideos(12, now())[i % 12]!.prompt,
    })),
  ]
  const edit = (id: string, change: Partial<Video>) => saveVideo({ ...found(videos, id, 'not_found_video'), ...change })

  const marks = gallery({ videos, save: saveVideo, forgotten: (ids) => emit('forgotten', ids), now, told: () => { emit('collections', true); emit('videos', 1) }, fault: (rule, args) => fault(rule.startsWith('not_found') ? 'not_found' : 'invalid', rule, args) })

  const methods: Omit<Host, 'on'> = {
    session: async () => session,
    setKey: async (key, memoryOnly) => {
      if (!key || /\s/.test(key)) throw fault('key', 'key_malformed')
      if (key.startsWith('bad')) throw fault('key', 'key_refused')
      if (key.startsWith('vault') && !memoryOnly) throw fault('vault', 'vault_locked')
      session = { ...session, key: { source: memoryOnly ? 'memory' : 'keychain', lastFour: key.slice(-4) } }
      return announce()
    },
    removeKey: async () => {
      session = { ...session, key: { source: 'none', lastFour: '' } }
      return announce()
    },
    setDemo: async (on) => {
      session = { ...session, demo: on, settings: { ...session.settings, demo: on } }
      return announce()
    },
    saveSettings: async (patch) => {
      session = { ...session, settings: { ...session.settings, ...patch } }
      return announce()
    },
    chooseFolder: async () => '/home/you/Films',
    account: async () => ({ known: true, amount: balance, currency: 'USD' }),

    models: async () => models,
    refreshModels: async () => models,
    quote: async (request) => ({ amount: request.params.duration === 10 ? 560_000 : 230_000, source: 'quote' }),
    choosePicture: async () => addPicture('heron.jpg', 2_310_000),
    addPicture: async (name, base64) => addPicture(name, Math.floor(base64.length * 0.75)),
    pasteFiles: async () => ({ taken: false }),
    addPictureFromUrl: async (url) => addPicture(url.split('/').pop() || 'picture', 1_800_000),
    picture: async (id) => found(pictures, id, 'picture_gone'),
    fixPicture: async (id) => addPicture(found(pictures, id, 'picture_gone').name, 1_900_000),
    chooseFilms: async () => emit('films', { count: 1, films: [{ name: 'holiday.mov', bytes: 24_000_000, video: '', seconds: 12, width: 1920, height: 1080 }] }),
    takeFilms: async () => ({ taken: 1, restored: 0, duplicates: 0, first: [...videos.keys()][0] ?? '', failed: 0, faults: [] }),
    leaveFilms: async () => {},
    leftOut: async () => ({ count: 1, films: [{ name: 'clips/half a film.mp4', bytes: 9000, video: '', seconds: 0, width: 0, height: 0, fault: fault('invalid', 'film_incomplete', { name: 'half a film.mp4' }) }] }),
    generate: async (request) => generate(request),
    generateMany: async (request, count) => Array.from({ length: count }, () => generate(request)),

    generations: async () => [...generations.values()].filter((g) => !g.dismissed).sort((a, b) => b.createdAt - a.createdAt),
    generation: async (id) => found(generations, id, 'not_found_generation'),
    cancel: async (id) => saveGeneration({ ...found(generations, id, 'not_found_generation'), state: 'canceled', endedAt: now() }),
    giveUp: async (id) => saveGeneration({ ...found(generations, id, 'not_found_generation'), state: 'canceled', fault: fault('canceled', 'given_up'), endedAt: now() }),
    takeUp: async (id) => saveGeneration({ ...found(generations, id, 'not_found_generation'), state: 'processing', fault: undefined, endedAt: 0 }),
    resolve: async (id, predictionId) => {
      if (predictionId.startsWith('bad')) throw fault('not_found', 'not_found_prediction', { id: predictionId })
      return saveGeneration({ ...found(generations, id, 'not_found_generation'), state: 'processing', predictionId, fault: undefined })
    },
    resubmit: async (id) => saveGeneration({ ...found(generations, id, 'not_found_generation'), state: 'waiting', fault: undefined }),
    adopt: async (predictionId) => {
      if (predictionId.startsWith('bad')) throw fault('not_found', 'not_found_prediction', { id: predictionId })
      return saveGeneration({ ...generate({ model: 'minimax/hailuo-02/standard', params: {} }), state: 'processing', predictionId, adopted: true })
    },
    stages: async () => [],
    notify: async (id) => void found(generations, id, 'not_found_generation'),
    reconnect: async () => emit('connection', { online: true, kind: 'online' }),

    ledger: async () => ledger(),
    money: async () => {
      const amount = ledger().filter((e) => e.at > now() - 20 * 86_400_000).reduce((sum, e) => sum + (e.charged ?? e.price?.amount ?? 0), 0)
      return {
        spending: { since: now() - 20 * 86_400_000, runs: ledger().length, amount, reserved: 0, unpriced: 0, unsure: 0 }, budget: session.demo ? 0 : session.settings.budget,
      }
    },
    reported: async () => ledger().reduce((sum, e) => sum + (e.charged ?? e.price?.amount ?? 0), 0),
    exportLedger: async () => '/home/you/conch-ledger.csv',
    statistics: async (days) => statistics(ledger(), days, now()),
    exportStatistics: async (_days, part) => `/home/you/conch-${part}.csv`,
    saveChart: async (chart) => `/home/you/conch-${chart}.png`,

    undismiss: async (id) => saveGeneration({ ...found(generations, id, 'not_found_generation'), dismissed: false }),
    dismiss: async (id) => saveGeneration({ ...found(generations, id, 'not_found_generation'), dismissed: true }),

    ...marks,
    video: async (id) => found(videos, id, 'not_found_video'),
    rename: async (id, name) => {
      if (!name.trim()) throw fault('invalid', 'name_empty')
      return edit(id, { name: name.trim() })
    },
    setFavourite: async (id, on) => edit(id, { favourite: on }),
    reveal: async () => {},
    revealFile: async () => {},
    openExternally: async () => {},
    savePoster: async (id) => edit(id, { hasPoster: true }),

    lot: async (ids) => {
      const all = ids.map((id) => found(videos, id, 'not_found_video')).toSorted((a, b) => a.createdAt - b.createdAt)
      return { ids: all.map((v) => v.id), bytes: all.reduce((sum, v) => sum + v.bytes, 0) }
    },
    exportVideos: async (token, kind, ids) => {
      emit('exported', { token, done: 1, total: 2 })
      return `/home/you/Downloads/${ids[0]} ${kind}.mp4`
    },
    beginReel: async (_token, form, id) => `/home/you/Downloads/${id}.${form}`,
    addFrame: async () => {},
    endReel: async () => {},
    stopExport: async () => {},
    dragFiles: async (ids) => ids.forEach((id) => found(videos, id, 'not_found_video')),
    copyFiles: async (ids) => void copied.push(...ids.map((id) => found(videos, id, 'not_found_video').path)),
    saveStill: async (id, kind) => `/home/you/Downloads/${id} ${kind}.png`,

    noteTrouble: async () => undefined,
    activityLog: async () => 'Conch 0.1.0. Keys and personal paths are left out.\n',
    copyText: async (text) => void copied.push(text),
    openLink: async () => {},
  }

  // Every call may be told to fail once.
  const host = Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, async (...args: unknown[]) => {
    const failure = failures.get(name)
    failures.delete(name)
    if (failure) throw failure
    return (method as (...a: unknown[]) => Promise<unknown>)(...args)
  }])) as unknown as Host

  return {
    ...host,
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener as (value: never) => void))
      return () => void set.delete(listener as (value: never) => void)
    },
    emit,
    add: (v) => void saveVideo(v),
    failNext: (method, failure) => void failures.set(method, failure),
    copied,
  }
}
