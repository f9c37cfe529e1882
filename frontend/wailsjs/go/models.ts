export namespace archive {
	
	export interface Film {
	    name: string;
	    bytes: number;
	    video: string;
	    trashed?: boolean;
	    seconds: number;
	    width: number;
	    height: number;
	    request?: generation.Request;
	    fault?: fault.Wire;
	}
	export interface Films {
	    count: number;
	    films: Film[];
	}
	export interface Taken {
	    taken: number;
	    restored: number;
	    duplicates: number;
	    first: string;
	    failed: number;
	    faults: fault.Wire[];
	}

}

export namespace catalog {
	
	export interface Field {
	    name: string;
	    type: string;
	    title: string;
	    description: string;
	    default?: any;
	    enum?: any[];
	    minimum?: number;
	    maximum?: number;
	    step?: number;
	    maxLength?: number;
	    required: boolean;
	    hidden: boolean;
	    role: string;
	}
	export interface Model {
	    id: string;
	    name: string;
	    family: string;
	    profile: string;
	    fields: Field[];
	    basePrice?: number;
	    cameraCommands: boolean;
	    builtIn: boolean;
	    takesPicture: boolean;
	    needsPicture: boolean;
	}

}

export namespace engine {
	
	export interface Account {
	    known: boolean;
	    amount: number;
	    currency: string;
	}
	export interface Forgotten {
	    count: number;
	    back: number;
	    fault?: fault.Wire;
	}
	export interface Money {
	    spending: generation.Spending;
	    budget: number;
	}

}

export namespace fault {
	
	export interface Wire {
	    code: string;
	    rule: string;
	    args?: Record<string, any>;
	    message: string;
	    details?: Record<string, string>;
	}

}

export namespace generation {
	
	export interface Price {
	    amount: number;
	    source: string;
	}
	export interface Entry {
	    generationId: string;
	    attempt: number;
	    at: number;
	    service: string;
	    model: string;
	    price?: Price;
	    outcome: string;
	    predictionId?: string;
	    charged?: number;
	    prompt: string;
	}
	export interface File {
	    path: string;
	    kind: string;
	    bytes: number;
	}
	export interface Origin {
	    kind: string;
	    video?: string;
	    picture?: string;
	}
	export interface Request {
	    model: string;
	    params: Record<string, any>;
	    pictures?: Record<string, string>;
	    origin?: Origin;
	}
	export interface Generation {
	    id: string;
	    version: number;
	    service: string;
	    state: string;
	    request: Request;
	    uploaded?: Record<string, string>;
	    predictionId?: string;
	    serviceStatus?: string;
	    outputs?: string[];
	    price?: Price;
	    charged?: number;
	    predictTime?: number;
	    fault?: fault.Wire;
	    videos?: string[];
	    files?: File[];
	    day?: string;
	    answer?: string;
	    dismissed?: boolean;
	    attempt?: number;
	    adopted?: boolean;
	    createdAt: number;
	    submittedAt?: number;
	    completedAt?: number;
	    endedAt?: number;
	}
	
	
	
	export interface Spending {
	    since: number;
	    runs: number;
	    amount: number;
	    reserved: number;
	    unpriced: number;
	    unsure: number;
	}
	export interface Stage {
	    id: string;
	    state: string;
	    sent: number;
	    total: number;
	    rate: number;
	    left: number;
	    estimate: number;
	}
	export interface Tempo {
	    model: string;
	    count: number;
	    median: number;
	    ninety: number;
	    bins: number[];
	}
	export interface Tally {
	    period: string;
	    model: string;
	    done: number;
	    failed: number;
	    refused: number;
	    givenUp: number;
	    uncertain: number;
	    open: number;
	    spent: number;
	    about: number;
	    unsure: number;
	    unpriced: number;
	}
	export interface Statistics {
	    unit: string;
	    first: string;
	    last: string;
	    tallies: Tally[];
	    all: Tempo;
	    tempos: Tempo[];
	    step: number;
	}
	
	
	export interface Video {
	    id: string;
	    version: number;
	    generationId?: string;
	    predictionId?: string;
	    service: string;
	    name: string;
	    path: string;
	    prompt: string;
	    model: string;
	    params?: Record<string, any>;
	    pictures?: Record<string, string>;
	    origin?: Origin;
	    width: number;
	    height: number;
	    duration: number;
	    frameRate: number;
	    bytes: number;
	    cost?: number;
	    price?: Price;
	    favourite: boolean;
	    rating: number;
	    label: string;
	    notes: string;
	    tags: string[];
	    stack?: number;
	    front?: boolean;
	    missing?: boolean;
	    hasPoster: boolean;
	    createdAt: number;
	    trashedAt?: number;
	}

}

export namespace library {
	
	export interface Collection {
	    id: string;
	    name: string;
	    smart: boolean;
	    query: string;
	    count: number;
	    createdAt: number;
	}
	export interface Tag {
	    name: string;
	    count: number;
	}
	export interface Common {
	    count: number;
	    bytes: number;
	    favourites: number;
	    rating: number;
	    label: string;
	    tags: Tag[];
	}
	export interface Edit {
	    id: number;
	    at: number;
	    kind: string;
	    count: number;
	    undone: boolean;
	    fault?: fault.Wire;
	}
	export interface GalleryQuery {
	    text: string;
	    view: string;
	    collection: string;
	    stacked: boolean;
	    stack?: string;
	}
	export interface Lineage {
	    parents: generation.Video[];
	    above: number;
	    children: generation.Video[];
	    counts: Record<string, number>;
	}
	export interface Lot {
	    ids: string[];
	    bytes: number;
	}
	export interface Marks {
	    name?: string;
	    favourite?: boolean;
	    rating?: number;
	    label?: string;
	    notes?: string;
	    addTags?: string[];
	    removeTags?: string[];
	}
	export interface Section {
	    day: string;
	    count: number;
	}
	export interface Sections {
	    total: number;
	    days: Section[];
	    hints: string[];
	}
	export interface Suggestion {
	    text: string;
	    from: number;
	    to: number;
	    kind: string;
	    count?: number;
	}

}

export namespace main {
	
	export interface Connection {
	    online: boolean;
	    kind: string;
	    until?: number;
	}
	export interface Pasted {
	    taken: boolean;
	    picture?: picture.Picture;
	}
	export interface Session {
	    serial: number;
	    version: string;
	    platform: string;
	    demo: boolean;
	    service: string;
	    ready: boolean;
	    key: vault.Status;
	    settings: settings.Settings;
	    defaultFolder: string;
	    media: string;
	    languages: string[];
	    connection: Connection;
	    recovered: studio.Recovered;
	    repaired?: fault.Wire;
	    fault?: fault.Wire;
	}

}

export namespace picture {
	
	export interface Fix {
	    kind: string;
	    x: number;
	    y: number;
	    w: number;
	    h: number;
	}
	export interface Problem {
	    rule: string;
	    args: Record<string, any>;
	    fix: string;
	}
	export interface Picture {
	    id: string;
	    name: string;
	    type: string;
	    width: number;
	    height: number;
	    bytes: number;
	    problems: Problem[];
	    remarks?: Problem[];
	}

}

export namespace settings {
	
	export interface Patch {
	    videosFolder?: string;
	    parallel?: number;
	    theme?: string;
	    locale?: string;
	    budget?: number;
	    trashDays?: number;
	}
	export interface Window {
	    x: number;
	    y: number;
	    width: number;
	    height: number;
	    maximised: boolean;
	    frameWidth?: number;
	    frameHeight?: number;
	}
	export interface Settings {
	    videosFolder: string;
	    parallel: number;
	    theme: string;
	    locale: string;
	    demo: boolean;
	    budget: number;
	    trashDays: number;
	    window: Window;
	}

}

export namespace studio {
	
	export interface Recovered {
	    resumed: number;
	    uncertain: number;
	}

}

export namespace vault {
	
	export interface Status {
	    source: string;
	    lastFour: string;
	    fault?: fault.Wire;
	}

}

