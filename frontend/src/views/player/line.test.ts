import { describe, expect, it } from 'vitest'
import type { Lineage, Origin, Video } from '../../api'
import { video } from '../../test/records'
import { playable, treeOf, walk, type Tree } from './line'

const from = (kind: Origin['kind'], parent: string): Partial<Video> => ({ origin: { kind, ...(kind === 'picture' ? { picture: parent } : { video: parent }) } })
const line = (rest: Partial<Lineage>): Lineage => ({ parents: [], above: 0, children: [], counts: {}, ...rest })
const said = ({ rows }: Tree) => rows.map((row) => `${'-'.repeat(row.level)}${row.kind === 'video' ? '' : `${row.kind} `}${row.id}${row.here ? '!' : ''}${row.count ? ` ${row.count}` : ''}`)

describe('the tree', () => {
  const a = video('a', 1, from('picture', 'p'))
  const b = video('b', 2, from('last_frame', 'a'))
  const c = video('c', 3, from('variation', 'b'))

  it('stands from the picture at the beginning to what came from here', () => {
    const tree = treeOf('b', b, line({ parents: [a], children: [c], counts: { p: 3, a: 2, b: 1, c: 4 } }))
    expect(said(tree)).toEqual(['-picture p 2', '--a 1', '---b!', '----c 4'])
    expect(tree.rows.map((row) => row.how)).toEqual([undefined, 'picture', 'last_frame', 'variation'])
  })

  it('names a video that is lost, and counts what it doesn’t show', () => {
    const far = video('far', 1, from('trim', 'gone'))
    expect(said(treeOf('far', far, line({ counts: { gone: 1 } })))).toEqual(['-lost gone', '--far!'])
    const tree = treeOf('c', c, line({ parents: [b, a], above: 3, children: [video('d', 4, from('variation', 'c'))], counts: { c: 25 } }))
    expect(said(tree)).toEqual(['-a', '--b', '---c!', '----d'])
    expect([tree.above, tree.more]).toEqual([3, 24])
  })

  it('turns around a picture', () => {
    expect(said(treeOf('p', undefined, line({ children: [a], counts: { p: 1, a: 1 } })))).toEqual(['-picture p!', '--a 1'])
  })

  it('is nothing where there is nothing to walk to', () => {
    expect(treeOf('x', video('x', 1), line({})).rows).toEqual([])
    expect(treeOf('a', a, line({ counts: { p: 1 } })).rows).toEqual([])
    expect(said(treeOf('a', a, line({ counts: { p: 2 } })))).toEqual(['-picture p 1', '--a!'])
  })

  it('ends where two came from each other', () => {
    const x = video('x', 1, from('variation', 'y'))
    const y = video('y', 2, from('variation', 'x'))
    expect(said(treeOf('x', x, line({ parents: [y], children: [y], counts: { x: 1, y: 1 } })))).toEqual(['-y', '--x!', '---y 1'])
  })
})

it('is walked by its keys', () => {
  const { rows } = treeOf('b', video('b', 2, from('variation', 'a')), line({ parents: [video('a', 1)], children: [video('d', 4), video('c', 3)] }))
  const steps = (at: number) => ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'x'].map((key) => walk(key, at, rows))
  expect(steps(0)).toEqual([0, 1, 0, 1, 0, 3, undefined])
  expect(steps(1)).toEqual([0, 2, 0, 2, 0, 3, undefined])
  expect(steps(3)).toEqual([2, 3, 1, 3, 0, 3, undefined])
  expect([rows[0]!, { ...rows[0]!, video: video('a', 1, { trashedAt: 5 }) }].map(playable)).toEqual([true, false])
})
