/** The gallery's questions, answered from a map of records; the words that are understood are the commonest of Go's. */
import type { Collection, Common, Edit, Fault, GalleryQuery, Host, Suggestion, Video } from './host'

type Test = (v: Video) => boolean

/** What orders the gallery: in the trash, when it was deleted. */
const moment = (v: Video): number => v.trashedAt || v.createdAt

const day = (v: Video): string => {
  const at = new Date(moment(v))
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, '0')).join('-')
}

const alike = (name: string): string => name.trim().toLowerCase()

const yes = (value: string) => value !== 'no'

const filters: Record<string, (value: string) => Test> = {
  fav: (value) => (v) => v.favourite === yes(value),
  tag: (value) => (v) => v.tags.some((t) => t.toLowerCase() === value),
  label: (value) => (v) => v.label === value,
  model: (value) => (v) => v.model.toLowerCase().includes(value),
  rating: (value) => {
    const [, how, number] = /^([<>]=?)?(\d+)$/.exec(value) ?? []
    const n = Number(number)
    return (v) => how === '>=' ? v.rating >= n : how === '>' ? v.rating > n : how === '<=' ? v.rating <= n : how === '<' ? v.rating < n : v.rating === n
  },
  is: (value) => (v) => value === 'trashed' ? !!v.trashedAt : value === 'missing' ? !!v.missing : v.service === 'demo',
  has: (value) => (v) => value === 'note' ? v.notes !== '' : value === 'tag' ? v.tags.length > 0 : Object.keys(v.pictures ?? {}).length > 0,
}

function test(word: string): Test {
  if (word.startsWith('-') && word.length > 1) {
    const not = test(word.slice(1))
    return (v) => !not(v)
  }
  const [, key, value] = /^(\w+):(.+)$/.exec(word) ?? []
  const filter = key && filters[key]
  if (filter) return filter(value!.replaceAll('"', ''))
  const bare = word.replaceAll('"', '')
  return (v) => `${v.prompt} ${v.name} ${v.model} ${v.notes} ${v.tags.join(' ')}`.toLowerCase().includes(bare)
}

const words = (text: string): string[] => text.toLowerCase().match(/-?(?:\w+:)?"[^"]*"|\S+/g) ?? []

export function matching(videos: Iterable<Video>, q: GalleryQuery): Video[] {
  const tests = words(q.text).map(test)
  const trashed = q.view === 'trash' || words(q.text).includes('is:trashed')
  return [...videos].filter((v) => !!v.trashedAt === trashed && tests.every((t) => t(v))).sort((a, b) => moment(b) - moment(a) || (a.id < b.id ? 1 : -1))
}

/** Those of one prompt, model and pictures; those without a prompt are alone. */
const stackOf = (v: Video): string => v.prompt && JSON.stringify([v.prompt, v.model.split('/').slice(0, 2), v.pictures])

/** One for each stack, the chosen one or else the first, with how many there are. */
function stacked(found: Video[], all: Iterable<Video>): Video[] {
  const counts = new Map<string, number>()
  for (const v of all) if (!v.trashedAt) counts.set(stackOf(v), (counts.get(stackOf(v)) ?? 0) + 1)
  const standing = new Map<string, Video>()
  for (const v of found) if (!standing.has(stackOf(v)) || v.front) standing.set(stackOf(v), v)
  return found.filter((v) => stackOf(v) === '' || standing.get(stackOf(v)) === v).map((v) => ({ ...v, stack: stackOf(v) ? counts.get(stackOf(v)) ?? 0 : 0 }))
}

/** One change that can be taken back: `run` makes it and gives what takes it back. */
type Change = () => Change

export interface Shelf {
  videos: Map<string, Video>
  save: (v: Video) => Video
  forgotten: (ids: string[]) => void
  now: () => number
  /** Collections changed, or what is in them. */
  told: () => void
  fault: (rule: string, args?: Record<string, string | number>) => Fault
}

type Calls = Pick<Host, 'videos' | 'findVideos' | 'sections' | 'suggest' | 'videoIDs' | 'mark' | 'common' | 'undo' | 'edits' | 'tags' | 'renameTag' | 'standFor' | 'collections' | 'saveCollection' | 'removeCollection'
  | 'collectionsOf' | 'countCollection' | 'collect' | 'arrange' | 'uncollect' | 'lineage' | 'trash' | 'restore' | 'forget'>

export function gallery({ videos, save, forgotten, now, told, fault }: Shelf): Calls {
  const edits: { edit: Edit; back: Change }[] = []
  let collections = new Map<string, Collection & { items: string[] }>()
  let counter = 0

  const keep = (kind: Edit['kind'], count: number, change: Change): Edit => {
    const edit: Edit = { id: ++counter, at: now(), kind, count, undone: false }
    edits.unshift({ edit, back: change() })
    return edit
  }
  /** Puts records as they are given, but for their versions. */
  const put = (next: Video[]): Change => () => {
    const were = next.flatMap((v) => videos.get(v.id) ?? [])
    for (const v of next) if (videos.has(v.id)) save({ ...v, version: videos.get(v.id)!.version })
    return put(were)
  }
  const keepCollections = (next: typeof collections): Change => () => {
    const were = collections
    collections = next
    told()
    return keepCollections(were)
  }
  const listed = (which: (c: Collection & { items: string[] }) => boolean): Collection[] =>
    [...collections.values()].filter(which).map(({ items, ...c }) => ({ ...c, count: items.length })).sort((a, b) => a.name.localeCompare(b.name))
  const collection = (id: string) => {
    const found = collections.get(id)
    if (!found) throw fault('not_found_collection', { id })
    return found
  }
  const arranged = (id: string, count: number, items: string[]): Edit =>
    count === 0 ? { id: 0, at: now(), kind: 'collection', count, undone: false } : keep('collection', count, keepCollections(new Map(collections).set(id, { ...collection(id), items })))
  const found = (q: GalleryQuery): Video[] => {
    const stack = q.stack ? stackOf(videos.get(q.stack) ?? { prompt: '' } as Video) : undefined
    if (stack !== undefined) return selected(q).filter((v) => stack !== '' && stackOf(v) === stack)
    return q.stacked && q.view !== 'trash' ? stacked(selected(q), videos.values()) : selected(q)
  }
  const selected = (q: GalleryQuery): Video[] => {
    if (!q.collection) return matching(videos.values(), q)
    const { smart, query, items } = collection(q.collection)
    if (smart) return matching(videos.values(), { ...q, text: `${query} ${q.text}` })
    const within = new Set(matching(videos.values(), q).map((v) => v.id))
    return items.filter((id) => within.has(id)).map((id) => videos.get(id)!)
  }
  const stretch = (q: GalleryQuery, from: string, offset: number, limit: number) => found(q).filter((v) => !from || day(v) <= from).slice(offset, offset + limit)
  const counted = (which: Iterable<Video> = videos.values()) => {
    const counts = new Map<string, number>()
    for (const v of which) for (const t of v.tags) counts.set(t, (counts.get(t) ?? 0) + 1)
    return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  const nothing = (kind: Edit['kind']): Edit => ({ id: 0, at: now(), kind, count: 0, undone: false })
  const named = (ids: string[], trashed: boolean): Video[] => {
    const gone = ids.find((id) => !videos.has(id))
    if (gone !== undefined) throw fault('not_found_video', { id: gone })
    return [...new Set(ids)].map((id) => videos.get(id)!).filter((v) => !!v.trashedAt === trashed)
  }
  const trash = (kind: 'trash' | 'restore', all: Video[], trashedAt: number): Edit =>
    all.length === 0 ? nothing(kind) : keep(kind, all.length, put(all.map((v) => ({ ...v, trashedAt }))))

  return {
    videos: async (q, from, offset, limit) => stretch(q, from, offset, limit),
    findVideos: async (text, limit) => stretch({ text, view: 'all', collection: '', stacked: true }, '', 0, limit),
    videoIDs: async (q, from, offset, limit) => stretch(q, from, offset, limit).map((v) => v.id),
    sections: async (q) => {
      const counts = new Map<string, number>()
      const all = found(q)
      const own = q.collection !== '' && !collection(q.collection).smart
      for (const v of all) counts.set(own ? '' : day(v), (counts.get(own ? '' : day(v)) ?? 0) + 1)
      return { total: all.length, days: [...counts].map(([day, count]) => ({ day, count })), hints: [] }
    },
    suggest: async (text, cursor) => {
      const typed = /\S*$/.exec(text.slice(0, cursor))![0].toLowerCase()
      const known: [string, Suggestion['kind'], number?][] = [
        ...Object.keys(filters).map((key): [string, 'key'] => [`${key}:`, 'key']), ...['fav:yes', 'fav:no'].map((v): [string, 'value'] => [v, 'value']),
        ...counted().map((t): [string, 'tag', number] => [`tag:${t.name}`, 'tag', t.count]),
      ]
      return known.filter(([word]) => word !== typed && word.startsWith(typed)).map(([text, kind, count]) => ({ text, kind, from: cursor - typed.length, to: cursor, ...(count ? { count } : {}) }))
    },
    mark: async (ids, { addTags = [], removeTags = [], ...set }) => {
      if (set.name !== undefined && !set.name.trim()) throw fault('name_empty')
      const chosen = ids.flatMap((id) => videos.get(id) ?? [])
      if (chosen.length === 0 && ids.length > 0) throw fault('not_found_video', { id: ids[0]! })
      const next = chosen.map((v) => ({ ...v, ...set, tags: [...new Set([...v.tags, ...addTags])].filter((t) => !removeTags.includes(t)).sort() }))
        .filter((v) => JSON.stringify(v) !== JSON.stringify(videos.get(v.id)))
      const kind = (Object.keys(set)[0] ?? 'tags') as Edit['kind']
      return next.length === 0 ? nothing(kind) : keep(kind, next.length, put(next))
    },
    common: async (ids) => {
      const chosen = [...new Set(ids)].flatMap((id) => videos.get(id) ?? [])
      const same = <T, N>(of: (v: Video) => T, none: N, mixed: N) => {
        const all = new Set(chosen.map(of))
        return all.size > 1 ? mixed : ([...all][0] ?? none)
      }
      return {
        count: chosen.length, bytes: chosen.reduce((sum, v) => sum + v.bytes, 0), favourites: chosen.filter((v) => v.favourite).length, rating: same((v) => v.rating, 0, -1),
        label: same<Video['label'], Common['label']>((v) => v.label, '', 'mixed'), tags: counted(chosen),
      }
    },
    undo: async (id) => {
      const kept = edits.find((e) => e.edit.id === id)
      if (!kept) throw fault('edit_gone')
      kept.back = kept.back()
      kept.edit = { ...kept.edit, undone: !kept.edit.undone }
      return kept.edit
    },
    edits: async () => edits.map((e) => e.edit),
    tags: async (typed) => counted().filter((t) => t.name.toLowerCase().includes(typed.toLowerCase())),
    renameTag: async (from, to) => {
      const next = [...videos.values()].filter((v) => v.tags.includes(from)).map((v) => ({ ...v, tags: [...new Set(v.tags.map((t) => (t === from ? to : t)))].sort() }))
      return keep('tags', next.length, put(next))
    },
    collections: async () => listed(() => true),
    standFor: async (id, front) => {
      const stack = stackOf(named([id], false)[0]!)
      const next = [...videos.values()].filter((v) => v.id === id ? !!v.front !== front : v.front && stackOf(v) === stack).map((v) => ({ ...v, front: front && v.id === id }))
      return next.length === 0 ? nothing('front') : keep('front', next.length, put(next))
    },
    collectionsOf: async (id) => listed((c) => c.items.includes(id)),
    saveCollection: async (c) => {
      if (!c.name.trim()) throw fault('name_empty')
      const twin = [...collections.values()].find((other) => other.id !== c.id && alike(other.name) === alike(c.name))
      if (twin && alike(c.name) !== alike(collections.get(c.id)?.name ?? '')) throw fault('collection_exists', { name: twin.name })
      const next = c.id ? { ...collection(c.id), name: c.name.trim(), query: c.query } : { ...c, id: `collection-${++counter}`, name: c.name.trim(), createdAt: now(), items: [] }
      keep('collection', 0, keepCollections(new Map(collections).set(next.id, next)))
      return { ...next, count: next.items.length }
    },
    removeCollection: async (id) => {
      const next = new Map(collections)
      collection(id)
      next.delete(id)
      return keep('collection', 0, keepCollections(next))
    },
    countCollection: async (id) => found({ text: '', view: 'all', collection: id, stacked: false }).length,
    collect: async (id, ids) => {
      const fresh = ids.filter((one) => !collection(id).items.includes(one))
      return arranged(id, fresh.length, [...collection(id).items, ...fresh])
    },
    arrange: async (id, ids, before) => {
      const { items } = collection(id)
      const moving = items.filter((item) => ids.includes(item))
      const at = items.includes(before) ? items.slice(0, items.indexOf(before)).filter((item) => !ids.includes(item)).length : items.length
      return arranged(id, moving.length, items.filter((item) => !ids.includes(item)).toSpliced(at, 0, ...moving))
    },
    uncollect: async (id, ids) => {
      const rest = collection(id).items.filter((item) => !ids.includes(item))
      return arranged(id, collection(id).items.length - rest.length, rest)
    },
    trash: async (ids) => trash('trash', named(ids, false), now()),
    restore: async (ids) => trash('restore', named(ids, true), 0),
    forget: async (ids) => {
      const gone = named(ids, true).map((v) => v.id)
      for (const id of gone) videos.delete(id)
      forgotten(gone)
      return { count: gone.length, back: 0 }
    },
    lineage: async (id) => {
      const from = (v: Video | undefined) => v?.origin?.video ?? v?.origin?.picture ?? ''
      const all = [...videos.values()].sort((a, b) => b.createdAt - a.createdAt)
      const of = (parent: string) => all.filter((v) => from(v) === parent && (!v.trashedAt || all.some((c) => from(c) === v.id)))
      const parents: Video[] = []
      let beginning = from(videos.get(id))
      for (let v = videos.get(beginning); v && v.id !== id && !parents.includes(v); v = videos.get(beginning)) {
        parents.push(v)
        beginning = from(v)
      }
      const children = of(id)
      if (!videos.has(id) && children.length === 0) throw fault('not_found_video', { id })
      const counts = Object.fromEntries([id, beginning, ...[...parents, ...children].map((v) => v.id)].map((one) => [one, of(one).length]).filter(([, count]) => count))
      return { parents: parents.slice(0, 6), above: Math.max(0, parents.length - 6), children: children.slice(0, 20), counts: counts as Record<string, number> }
    },
  }
}
