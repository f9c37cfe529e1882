/** Every screen and state of the page, and the way there: for the accessibility check and for the eye. */
import type { Page } from 'playwright-core'
import { until, type App, type SimFault } from './harness'
import { begin, call, chooseModel, counts, firstFrame, focused, generate, go, paste, prompt, row, says } from './page'
import { png } from './pictures'

export interface Screen { name: string; show: (page: Page) => Promise<void> }

const LONG_NAME = 'A very long name that somebody pasted from a document by mistake and never shortened again '.repeat(5).slice(0, 400)
const LONG_PROMPT = ('An old lighthouse keeper climbs the spiral stairs at dusk, lamp in hand, while the storm gathers over the bay and the first drops strike the panes. ' +
  '燈塔守望人提著燈，在暮色裡一步一步走上旋梯，海灣上空烏雲聚攏。 ').repeat(20).slice(0, 2000)

const films: [prompt: string, params?: Record<string, unknown>][] = [
  ['A heron lifts off from a misty lake at dawn, wingtips touching the water [Push in]'],
  ['雪夜的胡同，红灯笼轻轻摇晃，一只猫走过屋檐'],
  ['Rain on a neon street, a cyclist glides past, reflections rippling', { duration: 10 }],
  ['夕陽下的海浪拍打著礁石，海鷗飛過'],
  ['A paper boat drifts down a gutter in the rain, macro, shallow focus [Tracking shot]'],
  ['Time-lapse of a desert flower opening, soft side light'],
  ['Koi circle beneath fallen maple leaves, slow [Pan left]', { duration: 10 }],
  ['Close-up of a potter’s hands shaping wet clay on a wheel'],
  [LONG_PROMPT],
]

const run = (page: Page, words: string, params: Record<string, unknown> = {}) =>
  call(page, 'Generate', { model: 'minimax/hailuo-02/standard', params: { prompt: words, duration: 6, ...params }, pictures: {} })

/** Fills the library: films, then a run in every state that can be held still. */
export async function furnish(app: App, page: Page): Promise<void> {
  await call(page, 'SaveSettings', { parallel: 4 })
  for (const [words, params] of films) await run(page, words, params)
  await until(() => app.videos()).toHaveLength(films.length)
  const held: [string, SimFault][] = [
    ['A run that failed: the dancer turns twice', { on: 'run', fail: 'The subject left the frame before the motion ended.' }],
    ['A run that was turned down', { on: 'run', fail: 'input rejected', fail_code: 1039 }],
    ['A run with a strange output', { on: 'run', output_body: 'not a video' }],
    ['A run whose answer was lost', { on: 'submit', body: '<html></html>', content_type: 'text/html' }],
  ]
  for (const [words, fault] of held) {
    await app.sim.faults(fault)
    await run(page, words)
    await go(page, 'queue')
    await says(row(page, words), /Failed|Needs attention|Conch keeps trying/)
  }
  await app.sim.faults({ on: 'run', stuck: true, status_word: 'in_queue_at_partner' }, { on: 'output', rate: 40_000 })
  await run(page, 'Processing: a glass marble rolls across an oak table, caustics everywhere')
  await says(row(page, 'Processing: a glass marble'), 'Generating')
  await app.sim.faults({ on: 'output', rate: 30_000 })
  await run(page, 'Downloading: sand dunes under racing clouds')
  await says(row(page, 'Downloading: sand dunes'), /Downloading\s*·\s*\d/)
  await app.sim.faults({ on: 'run', stuck: true }, { on: 'output', rate: 30_000 })
  await run(page, 'Processing too: ' + LONG_PROMPT.slice(0, 900))
  await run(page, 'Processing as well: a kite above the shore')
  await run(page, 'Waiting: a kite above the shore')
  await says(row(page, 'Waiting: a kite'), 'Waiting')
  const off = await run(page, 'Canceled: a kite above the shore')
  await call(page, 'Cancel', off.id)
  await says(row(page, 'Canceled: a kite'), 'Canceled. Nothing was billed.')
  const [potter] = await call(page, 'Videos', { text: 'potter', view: 'all', collection: '', stacked: false }, '', 0, 1)
  await call(page, 'Rename', potter!.id, LONG_NAME)
  await call(page, 'SetFavourite', potter!.id, true)
  await call(page, 'Mark', [potter!.id], { rating: 5, label: 'yellow', notes: LONG_PROMPT, addTags: ['draft', LONG_NAME.slice(0, 80), '陶藝'] })
}

const closeAll = async (page: Page) => {
  for (let n = 0; n < 2; n++) await page.keyboard.press('Escape')
}
const clear = async (page: Page) => {
  await go(page, 'create')
  await chooseModel(page, 'Hailuo 02 Standard')
  await prompt(page).fill('')
  const remove = firstFrame(page).getByRole('button', { name: 'Remove' })
  if (await remove.count()) await remove.click()
}
const tiles = (page: Page) => page.getByRole('list', { name: 'Videos' }).getByRole('listitem')
const marks = (page: Page) => page.getByRole('group', { name: 'Marks for selection' })
const palette = (page: Page) => page.getByRole('dialog', { name: 'Command palette' })
const posters = (page: Page) => until(() => page.locator('.tile img').evaluateAll((all) => all.length > 0 && all.every((i) => (i as HTMLImageElement).naturalWidth > 0))).toBe(true)

const nameless = { id: '', name: '', smart: false, query: '', count: 0, createdAt: 0 }

/** In the furnished app, in this order. */
export const screens: Screen[] = [
  { name: 'create-empty', show: async (page) => { await clear(page); await says(generate(page), '$') } },
  { name: 'create-models', show: async (page) => { await page.getByLabel(/^Model:/).click(); await page.getByRole('listbox').waitFor() } },
  { name: 'create-camera', show: async (page) => {
    await closeAll(page)
    await prompt(page).fill('A lighthouse above the surf')
    await page.getByRole('button', { name: 'Camera', exact: true }).click()
    await page.getByText('At once', { exact: true }).click()
    await page.getByRole('button', { name: 'Pan left' }).click()
  } },
  { name: 'create-filled', show: async (page) => {
    await closeAll(page)
    await prompt(page).fill('The sun sinks behind the ridges, mist drifting between them [Push in]')
    await paste(page, 'evening-over-the-hills.png', 'image/png', png(1280, 720))
    await says(firstFrame(page), '1,280 × 720')
  } },
  { name: 'create-long', show: async (page) => {
    await prompt(page).fill(LONG_PROMPT)
    await paste(page, `${LONG_NAME.slice(0, 200)}.png`, 'image/png', png(600, 1000))
    await says(firstFrame(page), '600 × 1,000')
  } },
  { name: 'create-problems', show: async (page) => {
    await prompt(page).fill(`${LONG_PROMPT}!`)
    await paste(page, 'banner.png', 'image/png', png(900, 280))
    await counts(firstFrame(page).getByRole('alert').locator('p'), 2)
  } },
  { name: 'create-crop', show: async (page) => {
    await firstFrame(page).getByRole('button', { name: 'Crop…' }).click()
    await page.getByRole('dialog', { name: 'Crop the picture' }).waitFor()
  } },
  { name: 'create-refused', show: async (page) => {
    await closeAll(page)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await clear(page)
    await paste(page, 'notes.png', 'image/png', Buffer.from('only words\n'.repeat(9)))
    await generate(page).click()
    await firstFrame(page).getByRole('alert').waitFor()
  } },
  { name: 'create-address', show: async (page) => {
    await clear(page)
    await firstFrame(page).getByRole('button', { name: 'From URL…' }).click()
  } },
  { name: 'create-runs', show: async (page) => {
    await clear(page)
    await begin(page, 'A run begun from the form')
    await page.getByRole('list', { name: 'Runs in this session' }).waitFor()
    await page.locator('.create-generate:not([aria-busy])').waitFor() // a second press is taken again only after a while
  } },
  { name: 'queue', show: async (page) => { await go(page, 'queue'); await counts(row(page, 'A run that failed'), 1) } },
  { name: 'queue-ended', show: async (page) => { await row(page, 'A run with a strange output').scrollIntoViewIfNeeded() } },
  { name: 'queue-menu', show: async (page) => { await row(page, 'A run that failed').getByRole('button', { name: 'More actions' }).click(); await page.getByRole('menu').waitFor() } },
  { name: 'queue-details', show: async (page) => {
    await closeAll(page)
    await row(page, 'A heron').getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Details' }).click()
    await page.getByRole('dialog', { name: 'Details' }).waitFor()
  } },
  { name: 'queue-lost', show: async (page) => { await closeAll(page); await row(page, 'A run whose answer was lost').scrollIntoViewIfNeeded() } },
  { name: 'queue-resolve', show: async (page) => {
    await row(page, 'A run whose answer was lost').getByRole('button', { name: 'Enter its prediction ID…' }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('no-such-run')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('alert').waitFor()
  } },
  { name: 'queue-resubmit', show: async (page) => {
    await closeAll(page)
    await row(page, 'A run whose answer was lost').getByRole('button', { name: /^Submit again/ }).click()
    await page.getByRole('dialog', { name: 'Submit again?' }).waitFor()
  } },
  { name: 'queue-stop', show: async (page) => {
    await closeAll(page)
    await page.getByRole('button', { name: 'Cancel…' }).first().click()
    await page.getByRole('dialog', { name: 'This run has already been submitted' }).waitFor()
  } },
  { name: 'money', show: async (page) => { await closeAll(page); await go(page, 'money'); await page.getByRole('table').waitFor(); await page.getByText('Reported by Atlas Cloud').waitFor() } },
  { name: 'statistics', show: async (page) => { await go(page, 'statistics'); await counts(page.locator('canvas'), 3); await page.getByText('Show as table').first().click(); await page.getByRole('table').nth(1).waitFor() } },
  { name: 'gallery', show: async (page) => { await closeAll(page); await go(page, 'gallery'); await tiles(page).first().waitFor(); await posters(page) } },
  { name: 'gallery-menu', show: async (page) => { await tiles(page).nth(1).click({ button: 'right' }); await page.getByRole('menu').waitFor() } },
  { name: 'gallery-selected', show: async (page) => {
    await closeAll(page)
    await tiles(page).nth(1).locator('.open').click({ modifiers: ['Control'] })
    await tiles(page).nth(2).locator('.open').click({ modifiers: ['Control'] })
    await page.getByText('2 selected').waitFor()
  } },
  { name: 'gallery-marks', show: async (page) => {
    await page.keyboard.press('t')
    await focused(marks(page).getByRole('combobox', { name: 'Add tag' }))
    await page.keyboard.insertText('dusk，red lantern，')
    await marks(page).getByRole('button', { name: 'red lantern', exact: true }).waitFor()
    await marks(page).getByRole('radio', { name: '4 stars' }).click()
    await marks(page).getByRole('radio', { name: 'Orange' }).click()
    await page.keyboard.press('p')
    await until(() => marks(page).getByRole('radio', { name: 'Purple' }).getAttribute('aria-checked')).toBe('true')
  } },
  { name: 'gallery-tagging', show: async (page) => {
    await marks(page).getByRole('combobox', { name: 'Add tag' }).fill('d')
    await marks(page).getByRole('option', { name: 'draft' }).waitFor()
    await page.keyboard.press('ArrowDown')
  } },
  { name: 'gallery-tag', show: async (page) => {
    await page.keyboard.press('Escape')
    await marks(page).getByRole('button', { name: 'dusk', exact: true }).click()
    await page.getByRole('menu').waitFor()
  } },
  { name: 'gallery-tag-rename', show: async (page) => {
    await page.getByRole('menuitem', { name: 'Rename everywhere…' }).click()
    await page.getByRole('dialog', { name: 'Rename tag “dusk”' }).waitFor()
  } },
  { name: 'compare', show: async (page) => {
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await until(() => page.locator('.films video').evaluateAll((all) => all.length === 2 && all.every((f) => (f as HTMLVideoElement).readyState > 1))).toBe(true)
  } },
  { name: 'palette', show: async (page) => {
    await page.keyboard.press('Escape')
    await tiles(page).first().waitFor()
    await page.keyboard.press('Control+k')
    await focused(palette(page).getByRole('combobox'))
  } },
  { name: 'palette-found', show: async (page) => {
    await palette(page).getByRole('combobox').fill('heron')
    await palette(page).getByRole('option', { name: /heron/ }).waitFor()
  } },
  { name: 'palette-none', show: async (page) => {
    await palette(page).getByRole('combobox').fill('walrus')
    await says(palette(page), 'No matches')
  } },
  { name: 'gallery-none', show: async (page) => {
    await page.keyboard.press('Escape')
    await palette(page).waitFor({ state: 'detached' })
    await page.getByRole('combobox', { name: 'Search your videos' }).fill('walrus')
    await page.getByRole('heading', { name: 'No matches' }).waitFor()
  } },
  { name: 'gallery-rename', show: async (page) => {
    await page.getByRole('combobox', { name: 'Search your videos' }).fill('potter')
    await counts(tiles(page), 1)
    await tiles(page).first().click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByRole('dialog', { name: 'Rename' }).waitFor()
  } },
  { name: 'player-long', show: async (page) => {
    await closeAll(page)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await tiles(page).first().locator('.open').click()
    await page.getByRole('complementary').waitFor()
    await page.keyboard.press('Space')
  } },
  { name: 'player', show: async (page) => {
    await go(page, 'gallery')
    await page.getByRole('combobox', { name: 'Search your videos' }).fill('heron')
    await counts(tiles(page), 1)
    await tiles(page).first().locator('.open').click()
    await page.getByRole('complementary').waitFor()
    await until(() => page.locator('.screen video').evaluate((v) => (v as HTMLVideoElement).currentTime)).toBeGreaterThan(0)
    await page.keyboard.press('Space')
  } },
  { name: 'player-speed', show: async (page) => { await page.getByRole('button', { name: /^Speed/ }).click(); await page.getByRole('menu').waitFor() } },
  { name: 'collections', show: async (page) => {
    await closeAll(page)
    const everything = { text: '', view: 'all', collection: '', stacked: false }
    const own = await call(page, 'SaveCollection', { ...nameless, name: 'Showreel' })
    await call(page, 'Collect', own.id, (await call(page, 'VideoIDs', everything, '', 0, 5)).toReversed())
    await call(page, 'SaveCollection', { ...nameless, name: LONG_NAME.slice(0, 120), smart: true, query: 'duration:10 -"slow pan" rain' })
    await call(page, 'SaveCollection', { ...nameless, name: '雪夜與海浪' })
    await go(page, 'gallery')
    await page.getByRole('combobox', { name: 'Search your videos' }).fill('')
    await page.getByRole('button', { name: 'Collections', exact: true }).click()
    await page.getByRole('complementary', { name: 'Collections' }).getByRole('button', { name: /^Showreel/ }).click()
    await counts(tiles(page), 5)
    await posters(page)
  } },
  { name: 'collections-add', show: async (page) => {
    await tiles(page).first().locator('.open').focus()
    await page.keyboard.press('a')
    await page.getByRole('dialog', { name: 'Add to collection' }).getByRole('combobox').fill('雪')
    await page.getByRole('option', { name: 'Create “雪”' }).waitFor()
  } },
  { name: 'collections-smart', show: async (page) => {
    await closeAll(page)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('complementary', { name: 'Collections' }).getByRole('button', { name: /^A very long name/ }).press('F2')
    await page.getByRole('dialog', { name: 'Name and search' }).waitFor()
  } },
  { name: 'collections-empty', show: async (page) => {
    await closeAll(page)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('complementary', { name: 'Collections' }).getByRole('button', { name: /^雪夜與海浪/ }).click()
    await page.getByRole('heading', { name: '“雪夜與海浪” is empty' }).waitFor()
  } },
  { name: 'trash', show: async (page) => {
    await closeAll(page)
    const videos = await call(page, 'Videos', { text: '', view: 'all', collection: '', stacked: false }, '', 0, 3)
    await call(page, 'Trash', videos.map((v) => v.id))
    await go(page, 'gallery')
    await page.getByRole('button', { name: 'Trash', exact: true }).click()
    await counts(tiles(page), 3)
    await tiles(page).first().locator('.open').click()
    await page.getByText('1 selected').waitFor()
  } },
  { name: 'trash-ask', show: async (page) => {
    await page.getByRole('button', { name: 'Delete permanently' }).click()
    await says(page.getByRole('dialog'), 'is also deleted from the system trash')
  } },
  { name: 'settings', show: async (page) => { await closeAll(page); await go(page, 'settings'); await page.getByRole('heading', { name: 'Settings' }).waitFor() } },
  { name: 'settings-budget', show: async (page) => {
    await page.getByRole('textbox', { name: 'US dollars per month' }).fill('half')
    await page.keyboard.press('Enter')
    await page.getByText('Enter an amount above zero').waitFor()
  } },
  { name: 'help', show: async (page) => { await page.keyboard.press('F1'); await page.getByRole('dialog', { name: 'Help' }).waitFor() } },
  { name: 'help-guide', show: async (page) => { await page.getByRole('dialog').getByText('Guide').click() } },
]
