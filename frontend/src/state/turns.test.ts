import { expect, it } from 'vitest'
import { Turns } from './turns'

it('begin one after another, whether the one before went well or not', async () => {
  const turns = new Turns()
  const done: string[] = []
  const step = (name: string, ends: Promise<unknown>) => turns.take(async () => {
    done.push(`${name} begins`)
    await ends
    done.push(`${name} ends`)
    return name
  })
  let release = () => {}
  const first = new Promise<void>((resolve) => (release = resolve))
  const results = Promise.allSettled([step('a', first), turns.take(async () => { throw new Error('no') }), step('c', Promise.resolve())])
  await new Promise((soon) => setTimeout(soon))
  expect(done).toEqual(['a begins'])
  release()
  expect((await results).map((r) => (r.status === 'fulfilled' ? r.value : 'failed'))).toEqual(['a', 'failed', 'c'])
  expect(done).toEqual(['a begins', 'a ends', 'c begins', 'c ends'])
})
