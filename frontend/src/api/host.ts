/**
 * The boundary between the page and the Go side, as one interface.
 * `wails.ts` implements it on the generated bindings, `memory.ts` for unit tests.
 * Times are epoch milliseconds; money is millionths of a US dollar; sizes are bytes.
 * Every call rejects with a {@link Fault}.
 */

/** Trouble as a person meets it. `rule` and `args` pick the translated sentence `error_<rule>`; `message` is the English one. */
export interface Fault {
  code: string
  rule: string
  args?: Record<string, string | number>
  message: string
  details?: Record<string, string>
}

export type State =
  | 'waiting' | 'uploading' | 'submitting' | 'uncertain' | 'processing' | 'downloading'
  | 'done' | 'failed' | 'canceled'

/** `quote`: the service's price for exactly this form. `catalog`: the model's base price, to be shown with "about". */
export interface Price { amount: number; source: 'quote' | 'catalog' | 'earlier' }

/** `params` holds the model's flat fields without pictures; `pictures` maps a picture field to a shelf picture's id. */
export interface Request {
  model: string
  params: Record<string, unknown>
  pictures?: Record<string, string>
  /** The video here that it began from. */
  origin?: Origin
}

export interface Generation {
  id: string
  /** Grows with every change; a record with a lower version than the one held is stale. */
  version: number
  service: string
  state: State
  request: Request
  uploaded?: Record<string, string>
  predictionId?: string
  serviceStatus?: string
  outputs?: string[]
  price?: Price
  charged?: number
  /** Seconds. */
  predictTime?: number
  fault?: Fault
  videos?: string[]
  /** Outputs that were kept and are no video, or none that Conch can read; `kind` is a MIME type. */
  files?: { path: string; kind: string; bytes: number }[]
  /** The local day that its files are kept under, "2026-12-01". */
  day?: string
  answer?: string
  dismissed?: boolean
  /** How often its submit was begun. */
  attempt?: number
  /** Made elsewhere and taken in by its prediction id. */
  adopted?: boolean
  createdAt: number
  submittedAt?: number
  completedAt?: number
  endedAt?: number
}

/** How far a transfer or a wait is. `total`, `left` and `estimate` are 0 when unknown. Rates in bytes/s, times in seconds. */
export interface Stage {
  id: string
  state: State
  sent: number
  total: number
  rate: number
  left: number
  estimate: number
}

/** What a video came from: one of `video` and `picture` is set. */
export interface Origin { kind: 'variation' | 'last_frame' | 'picture' | 'trim'; video?: string; picture?: string }

export type Label = '' | 'red' | 'orange' | 'yellow' | 'green' | 'blue' | 'purple'

export interface Video {
  id: string
  version: number
  generationId?: string
  predictionId?: string
  service: string
  name: string
  path: string
  prompt: string
  model: string
  params?: Record<string, unknown>
  pictures?: Record<string, string>
  origin?: Origin
  width: number
  height: number
  duration: number
  frameRate: number
  bytes: number
  cost?: number
  price?: Price
  favourite: boolean
  /** 1 to 5; 0 is none. */
  rating: number
  label: Label
  notes: string
  tags: string[]
  /** How many its stack has, where stacks are shown as one. */
  stack?: number
  /** A person lets it stand for its stack. */
  front?: boolean
  /** Its file was not where it should be. */
  missing?: boolean
  hasPoster: boolean
  createdAt: number
  /** Set while the video is in the system's trash; 0 or absent otherwise. */
  trashedAt?: number
}

/**
 * `text` is what a person typed: words, "phrases", `model:hailuo duration:10 fav:yes tag:forest rating:>=4 label:red after:2026-10 before:2026-11-05
 * on:yesterday cost:>0.3 has:image|note|tag|origin is:trashed|missing|demo`, any of them after a hyphen for "not". `collection` is an id, '' for the
 * whole library. `stacked`: one video for each stack (variations of one prompt), of those that match the one that was chosen, else the newest; not in the trash. `stack`: a video's id,
 * for its stack alone, none of which is left out then.
 */
export interface GalleryQuery { text: string; view: 'all' | 'trash'; collection: string; stacked: boolean; stack?: string }

/** A day of the gallery, local: `2026-11-24`. '' is the one section of a manual collection, which has an order of its own. */
export interface Section { day: string; count: number }

/** The days that have videos, newest first, in the trash the days of deleting; their counts sum to `total`. `hints`: what was typed as a filter and can't be read as one; its words are looked for. */
export interface Sections { total: number; days: Section[]; hints: string[] }

/** `text` takes the place of the typed text's characters `from` to `to`. */
export interface Suggestion {
  text: string
  from: number
  to: number
  kind: 'key' | 'tag' | 'model' | 'collection' | 'value'
  /** Of videos, for tags and collections. */
  count?: number
}

/** What a person says of videos; what is absent stays as it is. */
export interface Marks {
  name?: string
  favourite?: boolean
  rating?: number
  label?: Label
  notes?: string
  addTags?: string[]
  removeTags?: string[]
}

/** A change that {@link Host.undo} takes back. `id` is 0 when nothing changed; `count` is of videos. */
export interface Edit {
  id: number
  at: number
  kind: 'name' | 'favourite' | 'rating' | 'label' | 'notes' | 'tags' | 'trash' | 'restore' | 'collection' | 'front'
  count: number
  /** Taken back: `undo` makes it again. */
  undone: boolean
  /** Why it was not done to all of its videos. */
  fault?: Fault
}

/** What became of videos that were to go for good. `back`: their files were in their places again, and they are in the gallery. */
export interface Forgotten {
  count: number
  back: number
  /** Why others stay in the trash. */
  fault?: Fault
}

export interface Tag { name: string; count: number }

/** What some videos have. `bytes` are of their files; `rating` is -1 and `label` 'mixed' where they differ; a tag's count is of these videos. */
export interface Common { count: number; bytes: number; favourites: number; rating: number; label: Label | 'mixed'; tags: Tag[] }

/** A person's own list of videos in their own order, or (`smart`) a search that is kept. `id` '' asks for a new one. */
export interface Collection {
  id: string
  name: string
  smart: boolean
  query: string
  /** Of a manual one. */
  count: number
  createdAt: number
}

/**
 * What a video came from, the nearest first, those in the trash too, with how many there are `above` these; and what came from it at once, newest
 * first. `counts`: how many came of each of these, of itself, and of the picture or lost video at the beginning.
 */
export interface Lineage { parents: Video[]; above: number; children: Video[]; counts: Record<string, number> }

/** One parameter of a model, from its schema. `role` marks the fields with a control of their own. */
export interface Field {
  name: string
  type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | string
  title: string
  description: string
  default?: unknown
  enum?: unknown[]
  minimum?: number
  maximum?: number
  step?: number
  maxLength?: number
  required: boolean
  hidden: boolean
  role: '' | 'prompt' | 'first_frame' | 'last_frame'
}

export interface Model {
  id: string
  name: string
  family: string
  profile: string
  fields: Field[]
  basePrice?: number
  cameraCommands: boolean
  builtIn: boolean
  takesPicture: boolean
  needsPicture: boolean
}

/** A rule a picture breaks; `fix` names the mending that can be done here, '' when none can. */
export interface Problem { rule: string; args: Record<string, string | number>; fix: '' | 'convert' | 'scale' | 'crop' }

/** What became of files that were copied in a file manager. */
export interface Pasted {
  /** There were some: nothing else of the clipboard is to be pasted. */
  taken: boolean
  picture?: Picture
}

export interface Picture {
  id: string
  name: string
  type: string
  /** 0, as the height, when only the webview may be able to open it. */
  width: number
  height: number
  bytes: number
  problems: Problem[] | null
  /** What was done to it that a person should know; none keeps it from being sent. */
  remarks?: Problem[]
}

/** Pixels of the upright picture; only `crop` uses the rectangle. */
export interface Fix { kind: 'convert' | 'scale' | 'crop'; x: number; y: number; w: number; h: number }

export interface KeyStatus {
  source: 'environment' | 'keychain' | 'memory' | 'none'
  lastFour: string
  fault?: Fault
}

export interface Settings {
  videosFolder: string
  parallel: number
  theme: 'system' | 'light' | 'dark'
  /** '' follows the system. */
  locale: '' | 'en' | 'zh-Hant' | 'zh-Hans'
  demo: boolean
  /** Where the window was; Go's own. */
  window: { x: number; y: number; width: number; height: number; maximised: boolean; frameWidth?: number; frameHeight?: number }
  /** Most to spend in a calendar month; 0 is no limit. */
  budget: number
  /** How long a video stays in the trash: 7, 30 or 90; -1 for ever. */
  trashDays: number
}

/** A change of preferences; what is missing stays as it is. */
export type SettingsPatch = Partial<Omit<Settings, 'demo' | 'window'>>

export interface Session {
  /** A later session has a greater one. */
  serial: number
  version: string
  platform: 'darwin' | 'windows' | 'linux' | string
  demo: boolean
  /** The service's address, or 'demo'. */
  service: string
  /** True once there is a key or demo mode was chosen: the welcome screen is past. */
  ready: boolean
  key: KeyStatus
  settings: Settings
  /** The folder in use when settings.videosFolder is ''. */
  defaultFolder: string
  /** Players and posters load from `${media}/video/ID`, `/poster/ID`, `/thumb/ID` (a small poster), `/picture/ID`. */
  media: string
  /** BCP 47 tags of the system's languages, best first. */
  languages: string[]
  connection: Connection
  /** What a crash before this start left. */
  recovered: Recovered
  /** Set when the library was damaged or gone and was made anew at this start: what is told once. */
  repaired?: Fault
  /** Set when the library could not be opened: nothing else works until it is mended. */
  fault?: Fault
}

export interface Account { known: boolean; amount: number; currency: string }

/**
 * How the service could be reached at the last attempt: `offline` (no connection at all), `down` (it answers with
 * outages), `limited` (it asked for a pause). `until`: when it is tried again.
 */
export interface Connection {
  online: boolean
  kind: 'online' | 'offline' | 'down' | 'limited'
  until?: number
}

/** Taken over from processes that ended without saying so: generations that go on, and those that need a person. */
export interface Recovered {
  resumed: number
  uncertain: number
}

/** What became of one submit. `sending`, `accepted`, `uncertain`, `done`, `given_up` and `adopted` count as spent. */
export type Outcome = 'sending' | 'not_sent' | 'refused' | 'uncertain' | 'accepted' | 'done' | 'failed' | 'given_up' | 'adopted'

/** One row of the ledger: one submit. */
export interface Entry {
  generationId: string
  /** 1 for the first submit of its generation; 0 for an adopted run. */
  attempt: number
  at: number
  service: string
  model: string
  /** Known when it was sent. */
  price?: Price
  outcome: Outcome
  predictionId?: string
  charged?: number
  prompt: string
}

/** The ledger summed from a moment on. */
export interface Spending {
  since: number
  runs: number
  /** Charged where that is known, else the price when it was sent. */
  amount: number
  /** Of runs that wait to be sent. */
  reserved: number
  /** Submits whose price nobody knows: the sum is too low by them. */
  unpriced: number
  /** The part of `amount` whose answer was lost. */
  unsure: number
}

/** This calendar month: the ledger beside what the service reports (absent when it doesn't tell). */
export interface Money { spending: Spending; budget: number }

/** What the ledger says of a span, by period and model. Days are local: 2026-10-26. */
export interface Statistics {
  /** How long a period is; a week begins on Monday. */
  unit: 'day' | 'week' | 'month'
  /** The first days of the first period and of the last, which is not over. */
  first: string
  last: string
  /** Oldest period first, then by model; what had no runs is not among them. */
  tallies: Tally[]
  /** Of all models. */
  all: Tempo
  /** Most runs first. */
  tempos: Tempo[]
  /** How wide a bin of the tempos is, milliseconds. */
  step: number
}

/** The submits of a model in a period, but for those that never left. `failed` and `refused` are not charged; `open`: under way, or the video is still to be kept. */
export interface Tally {
  period: string
  model: string
  done: number
  failed: number
  refused: number
  givenUp: number
  uncertain: number
  open: number
  /** Charged where that is known, else the price when it was sent. */
  spent: number
  /** The part of `spent` that the service has not said it charged. */
  about: number
  /** The part of `spent` whose answer was lost. */
  unsure: number
  /** Submits whose price nobody knows: `spent` is too low by them. */
  unpriced: number
}

/** How long runs took from submit to the service's end, milliseconds. `ninety`: nine of ten took no longer. `bins`: how many took from 0, 1, 2… steps on; the last has all that took longer. */
export interface Tempo { model: string; count: number; median: number; ninety: number; bins: number[] }

/** How far an export is, in bytes; the page chose the token. */
export interface Exported { token: string; done: number; total: number }

/** A file that may be taken in. `video`: the id of the video here that it is; `request`: how it was made, when it carries our recipe. */
export interface Film {
  name: string
  bytes: number
  video: string
  /** That video is in the trash. */
  trashed?: boolean
  /** 0, as the size, when it isn't known. */
  seconds: number
  width: number
  height: number
  request?: Request
  /** Why it can't be taken in. */
  fault?: Fault
}

/** `films` are the first of them. */
export interface Films { count: number; films: Film[] }

/** `at` of `count` files are done with, and `done` of `total` bytes of the next. */
export interface Taking { at: number; count: number; done: number; total: number }

/** `restored` came out of the trash. `first`: the id of the first video that was taken in or restored, else of the first duplicate. `faults`: the first of why some failed. */
export interface Taken { taken: number; restored: number; duplicates: number; first: string; failed: number; faults: Fault[] | null }

/** A picture with the number of its drop: of several the last wins. */
export interface Dropped extends Picture { drop?: number }

/** `over`: it came to nothing. */
export interface Dropping { drop: number; over: boolean }

/** What reaches the page unasked. Records come whole; a missed or repeated event does no harm. */
export interface Events {
  generation: Generation
  stage: Stage
  video: Video
  /** How many videos changed at once, when they are too many to be told of one by one: whatever is shown of them is to be read again. */
  videos: number
  /** The ids of videos that are gone for good. */
  forgotten: string[]
  /** Collections were made, renamed or removed; who is in them is told as a change of videos. */
  collections: boolean
  session: Session
  account: Account
  connection: Connection
  /** A picture was dropped on the window and is on the shelf. */
  picture: Dropped
  /** Something was dropped and is being read: nothing is begun with the picture from before. */
  dropping: Dropping
  /** A picture was dragged from a web page onto the window: `addPictureFromUrl` fetches it. */
  address: string
  /** Films were dropped on the window or chosen: `takeFilms` or `leaveFilms` says what becomes of them. */
  films: Films
  taking: Taking
  /** A drop or a background action failed. */
  fault: Fault
  recovered: Recovered
  exported: Exported
  /** A notice of the system's about this run was clicked. */
  show: Generation
  /** A native menu item or shortcut was chosen. */
  command: 'create' | 'queue' | 'gallery' | 'money' | 'statistics' | 'settings' | 'open-picture' | 'import-videos' | 'adopt' | 'search' | 'palette' | 'help'
}

export type Chart = 'spent' | 'runs' | 'success'

/** Videos oldest first, and the bytes of all their files. */
export interface Lot { ids: string[]; bytes: number }

export interface Host {
  session(): Promise<Session>
  setKey(key: string, memoryOnly: boolean): Promise<Session>
  removeKey(): Promise<Session>
  setDemo(on: boolean): Promise<Session>
  /** Changes what is named and leaves the rest as it is. */
  saveSettings(patch: SettingsPatch): Promise<Session>
  /** Opens the folder dialog; '' when dismissed. */
  chooseFolder(): Promise<string>
  account(): Promise<Account>

  models(): Promise<Model[]>
  /** Asks the service's catalogue; rejects when it can't be reached. */
  refreshModels(): Promise<Model[]>
  quote(request: Request): Promise<Price | null>
  /** Opens the file dialog; null when dismissed. */
  choosePicture(): Promise<Picture | null>
  /** Bytes from the clipboard, base64. */
  addPicture(name: string, base64: string): Promise<Picture>
  addPictureFromUrl(url: string): Promise<Picture>
  /**
   * Takes files that were copied in a file manager as a drop of them would be taken; on Linux alone, elsewhere the paste
   * event has the files. Films are told of by `films`.
   */
  pasteFiles(): Promise<Pasted>
  picture(id: string): Promise<Picture>
  fixPicture(id: string, fix: Fix): Promise<Picture>
  /** Opens the file dialog; what was chosen comes as `films`. */
  chooseFilms(): Promise<void>
  /** Takes the films of the last `films` in, as copies or where they are. */
  takeFilms(reference: boolean): Promise<Taken>
  /** Leaves alone what is not taken in yet, and ends `takeFilms` early. */
  leaveFilms(): Promise<void>
  /** The files in the videos folder that can't be taken in, each with why; of a folder that can't be read, '' is the name. */
  leftOut(): Promise<Films>
  generate(request: Request): Promise<Generation>
  /** The same run several times, all or none as far as balance and budget are concerned. At most 20. */
  generateMany(request: Request, count: number): Promise<Generation[]>

  /** Everything not dismissed, newest first. */
  generations(): Promise<Generation[]>
  generation(id: string): Promise<Generation>
  cancel(id: string): Promise<Generation>
  /** Stops waiting for a submitted run, or sets an uncertain one aside; what is billed stays billed. */
  giveUp(id: string): Promise<Generation>
  /** Goes on with a run that was given up, that vanished, or whose video could not be kept. */
  takeUp(id: string): Promise<Generation>
  /** Says which prediction an uncertain run became. */
  resolve(id: string, predictionId: string): Promise<Generation>
  /** Sends an uncertain run once more; it is billed. */
  resubmit(id: string): Promise<Generation>
  /** Takes in a run made elsewhere, by its prediction id. */
  adopt(predictionId: string): Promise<Generation>
  /** The latest stage of each run at work, for a page that was loaded after they were told. */
  stages(): Promise<Stage[]>
  /** Tells of a run's end in the system's own notices: for a window that is not in front. */
  notify(id: string): Promise<void>
  /** Tries at once what waits for the network. */
  reconnect(): Promise<void>

  /** The submits to the service in use, newest first. */
  ledger(): Promise<Entry[]>
  /** This month's ledger, summed; it waits for no network. */
  money(): Promise<Money>
  /** Atlas Cloud's own sum of this month, micros; null when it doesn't tell. */
  reported(): Promise<number | null>
  /** Opens the save dialog and writes CSV; '' when dismissed. */
  exportLedger(): Promise<string>

  /** Of the last days, with today; 0 is all. Long spans are by week or month. */
  statistics(days: number): Promise<Statistics>
  /** Opens the save dialog and writes as CSV what `statistics` gives; '' when dismissed. */
  exportStatistics(days: number, part: 'runs' | 'times'): Promise<string>
  /** Opens the save dialog and writes a chart, PNG in base64; '' when dismissed. */
  saveChart(chart: Chart, base64: string): Promise<string>

  dismiss(id: string): Promise<Generation>
  /** Puts what was dismissed into the list again. */
  undismiss(id: string): Promise<Generation>

  /** At most `limit` (500) videos from that position of that day on, running on into older days; from the newest for day ''. */
  videos(query: GalleryQuery, day: string, offset: number, limit: number): Promise<Video[]>
  /** The newest that match, one of each stack. */
  findVideos(text: string, limit: number): Promise<Video[]>
  sections(query: GalleryQuery): Promise<Sections>
  /** Completes the word before the cursor. */
  suggest(text: string, cursor: number): Promise<Suggestion[]>
  /** The ids of a stretch, as {@link Host.videos}, without a bound to the limit: for selections. */
  videoIDs(query: GalleryQuery, day: string, offset: number, limit: number): Promise<string[]>
  video(id: string): Promise<Video>
  rename(id: string, name: string): Promise<Video>
  setFavourite(id: string, on: boolean): Promise<Video>
  /** Changes many videos in one transaction. */
  mark(ids: string[], marks: Marks): Promise<Edit>
  common(ids: string[]): Promise<Common>
  /** Takes an edit back, or makes one again that was taken back; files move to and from the trash with it. */
  undo(edit: number): Promise<Edit>
  /** The last 100, newest first. */
  edits(): Promise<Edit[]>
  /** Tags that contain what is typed, those that begin with it first; all for ''. */
  tags(typed: string): Promise<Tag[]>
  /** Makes two tags one where there is one of that name already. */
  renameTag(from: string, to: string): Promise<Edit>
  /** Lets a video stand for its stack, or leaves that to the newest. */
  standFor(id: string, on: boolean): Promise<Edit>
  collections(): Promise<Collection[]>
  saveCollection(collection: Collection): Promise<Collection>
  removeCollection(id: string): Promise<Edit>
  /** The manual ones that a video is in. */
  collectionsOf(id: string): Promise<Collection[]>
  /** How many a collection shows; a smart one's are looked for. */
  countCollection(id: string): Promise<number>
  /** Puts videos at the end of a manual collection, in this order; those in it stay where they are. */
  collect(collection: string, ids: string[]): Promise<Edit>
  /** Moves videos of a manual collection before another of its videos ('' for the end); among themselves they keep their order. */
  arrange(collection: string, ids: string[], before: string): Promise<Edit>
  uncollect(collection: string, ids: string[]): Promise<Edit>
  /** Of a video, a picture, or a video that is lost. */
  lineage(id: string): Promise<Lineage>
  /** Moves the files to the system's trash. */
  trash(ids: string[]): Promise<Edit>
  restore(ids: string[]): Promise<Edit>
  /** Removes videos in the trash for good, with their files. */
  forget(ids: string[]): Promise<Forgotten>
  reveal(id: string): Promise<void>
  /** Shows the n-th of a generation's `files` in the file manager. */
  revealFile(generation: string, n: number): Promise<void>
  openExternally(id: string): Promise<void>
  /** A poster frame made by the page, JPEG in base64. */
  savePoster(id: string, base64: string): Promise<Video>

  /** A selection as an export takes it. Fault: not_found_video. */
  lot(ids: string[]): Promise<Lot>
  /**
   * Opens the save dialog and writes a copy or a piece (milliseconds) of a video, a join of several, or a selection: an
   * archive or a folder with lists of what is known of them, a folder of the files alone, or only a list; the path when
   * it is written, '' when dismissed.
   */
  exportVideos(token: string, kind: 'copy' | 'trim' | 'join' | 'zip' | 'folder' | 'files' | 'csv' | 'json', ids: string[], from: number, to: number): Promise<string>
  /** Opens the save dialog for a moving picture of frames that follow; '' when dismissed. */
  beginReel(token: string, form: 'gif' | 'webp', id: string): Promise<string>
  /** PNG, JPEG or WebP in base64, shown for some milliseconds. */
  addFrame(token: string, base64: string, ms: number): Promise<void>
  endReel(token: string): Promise<void>
  /** Ends an export; what it had written is gone. */
  stopExport(token: string): Promise<void>
  /** Opens the save dialog and writes a PNG in base64; '' when dismissed. */
  saveStill(id: string, kind: 'frame' | 'sheet', base64: string): Promise<string>

  /** Puts the files of videos on the clipboard, for a file manager to paste. */
  copyFiles(ids: string[]): Promise<void>
  /** Begins a drag of their files with the button that is held down; on Linux alone. */
  dragFiles(ids: string[]): Promise<void>
  copyText(text: string): Promise<void>
  /** What Conch did, for a support question, without keys and personal paths. */
  activityLog(): Promise<string>
  /** Writes what went wrong in the page to the activity log. */
  noteTrouble(text: string): Promise<void>
  /** https only. */
  openLink(url: string): Promise<void>

  /** Returns the function that stops listening. */
  on<K extends keyof Events>(name: K, listener: (value: Events[K]) => void): () => void
}
