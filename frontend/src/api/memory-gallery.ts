/** The gallery's questions, answered from a map of records; the words that are understood are the commonest of Go's. */
import type { GalleryQuery, Host, Suggestion, Video } from './host'

type Test = (v: Video) => boolean

const day = (v: Video): string => {
  const at = new Date(v.createdAt)
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, '0')).join('-')
}

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
  return [...videos].filter((v) => !!v.trashedAt === trashed && tests.every((t) => t(v))).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
}

export const gallery = (videos: Map<string, Video>): Pick<Host, 'videos' | 'sections' | 'suggest'> => ({
  videos: async (q, from, offset, limit) => {
    const all = matching(videos.values(), q).filter((v) => !from || day(v) <= from)
    return all.slice(offset, offset + limit)
  },
  sections: async (q) => {
    const counts = new Map<string, number>()
    const all = matching(videos.values(), q)
    for (const v of all) counts.set(day(v), (counts.get(day(v)) ?? 0) + 1)
    return { total: all.length, days: [...counts].map(([day, count]) => ({ day, count })) }
  },
  suggest: async (text, cursor) => {
    const typed = /\S*$/.exec(text.slice(0, cursor))![0].toLowerCase()
    if (!typed) return []
    const tags = [...new Set([...videos.values()].flatMap((v) => v.tags))].map((t) => `tag:${t}`)
    const known: [string, Suggestion['kind']][] = [
      ...Object.keys(filters).map((key): [string, 'key'] => [`${key}:`, 'key']), ...['fav:yes', 'fav:no'].map((v): [string, 'value'] => [v, 'value']),
      ...tags.map((t): [string, 'tag'] => [t, 'tag']),
    ]
    return known.filter(([word]) => word !== typed && word.startsWith(typed)).map(([text, kind]) => ({ text, kind, from: cursor - typed.length, to: cursor }))
  },
})
