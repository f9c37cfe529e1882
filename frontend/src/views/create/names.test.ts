import '../../i18n/words-camera'
import { afterEach, describe, expect, it } from 'vitest'
import type { Field } from '../../api'
import { locale } from '../../i18n'
import { cameraName, errorText, fieldText, fieldTitle, optionLabel } from './names'

const field = (f: Partial<Field>): Field => ({ name: 'x', type: 'string', title: '', description: '', required: false, hidden: false, role: '', ...f })
afterEach(() => locale.set('en'))

describe('the words of a form', () => {
  it('are translated for known fields, and the schema’s own for others', async () => {
    expect(fieldTitle(field({ name: 'duration', title: 'Duration' }))).toBe('Length')
    expect(fieldTitle(field({ name: 'guidance', title: 'Guidance scale' }))).toBe('Guidance scale')
    expect(fieldTitle(field({ name: 'guidance' }))).toBe('guidance')
    expect(fieldText(field({ name: 'guidance', description: 'How close.' }))).toBe('How close.')
    expect(fieldText(field({ name: 'duration', description: 'Length of the video in seconds.' }))).toBe('')
    await locale.set('zh-Hant')
    expect(fieldTitle(field({ name: 'duration', title: 'Duration' }))).toBe('長度')
  })
  it('give a length its unit, and nothing else', () => {
    expect(optionLabel(field({ name: 'duration' }), 6)).toBe('6 s')
    expect(optionLabel(field({ name: 'duration' }), 'auto')).toBe('auto')
    expect(optionLabel(field({ name: 'steps' }), 30)).toBe('30')
  })
  it('call a field in a fault as the form calls it', () => {
    const fault = { code: 'invalid', rule: 'param_missing', args: { name: 'duration' }, message: '' }
    expect(errorText(fault, field({ name: 'duration' }))).toContain('“Length”')
    expect(errorText(fault, field({ name: 'other' }))).toContain('“duration”')
  })
  it('name every camera movement, and an unknown one by its key', () => {
    expect(cameraName('pan_left')).toBe('Pan left')
    expect(cameraName('loop_the_loop')).toBe('loop_the_loop')
  })
})
