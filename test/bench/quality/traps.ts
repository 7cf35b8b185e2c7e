/**
 * Pairs of questions, made from templates: traps, which look alike and need other answers, and paraphrases, which need the
 * same. A trap differs from its question in one thing, and the kinds say in which; a paraphrase says the same in another frame.
 *
 * The vocabulary is this file's own. What the guard was written with (sdk/semantic-cache/trap-words.ts) is not drawn from.
 */
import type { SeededRandom } from '../../fuzz/seeded-random.js';

export interface Pair {
  readonly question: string;
  readonly other: string;
  /** What answers both; undefined for a trap, whose two questions have answers of their own. */
  readonly answer?: string;
}

export interface TrapKind {
  readonly kind: string;
  /** A question and one that differs from it by this kind of thing alone. */
  readonly draw: (random: SeededRandom) => Pair;
}

/** Two different members of a list. */
function two<T>(random: SeededRandom, list: readonly T[]): readonly [T, T] {
  const first = random.pick(list);
  for (;;) {
    const second = random.pick(list);
    if (second !== first) return [first, second];
  }
}

/** Fills the gap of a template, in both ways. */
function swapped(random: SeededRandom, templates: readonly string[], [a, b]: readonly [string, string]): Pair {
  const template = random.pick(templates);
  return { question: template.replace('_', a), other: template.replace('_', b) };
}

const CITIES = [
  ...['Lyon', 'Osaka', 'Denver', 'Nairobi', 'Lima', 'Bergen', 'Seville', 'Perth', 'Hanoi', 'Porto', 'Austin', 'Leeds'],
  ...[
    'Turin',
    'Quito',
    'Malaga',
    'Krakow',
    'Ghent',
    'Busan',
    'Kyoto',
    'Tampa',
    'Bristol',
    'Rosario',
    'Salvador',
    'Graz',
  ],
];
const COMPANIES = [
  ...['Siemens', 'Sony', 'Pfizer', 'Boeing', 'Nestle', 'Toyota', 'Adobe', 'Philips', 'Unilever', 'Ericsson', 'Danone'],
  ...['Hitachi', 'Bosch', 'Fiat', 'Nokia', 'Intel', 'Oracle', 'Volvo', 'Michelin', 'Heineken', 'Airbus', 'Canon'],
];
const PEOPLE = [
  'Marie Curie',
  'Alan Turing',
  'Ada Lovelace',
  'Isaac Newton',
  'Rosa Parks',
  'Nikola Tesla',
  'Frida Kahlo',
];
const MONTHS = ['January', 'February', 'March', 'April', 'June', 'July', 'August', 'October', 'November', 'December'];
const DAYS = Array.from({ length: 28 }, (_, day) => day + 1);
const YEARS = Array.from({ length: 60 }, (_, place) => 1960 + place);
const NUMBERS = Array.from({ length: 60 }, (_, place) => String(3 + place * 7));
const THINGS = [
  ...['passport', 'driving licence', 'bank card', 'phone', 'laptop', 'library card', 'bicycle', 'car keys', 'suitcase'],
  ...['wallet', 'camera', 'wedding ring', 'tent', 'guitar', 'drone', 'hearing aid', 'boat', 'piano', 'tablet', 'watch'],
];
const UNITS = ['miles', 'meters', 'feet', 'inches', 'yards', 'nautical miles'];
const ROLES = [
  'chief executive',
  'press office',
  'founder',
  'legal department',
  'biggest shareholder',
  'head of research',
];
const WORKS = ['films', 'biographies', 'podcasts', 'documentaries', 'school lessons', 'songs', 'exhibitions', 'plays'];
const SIGHTS = [
  'restaurants',
  'museums',
  'schools',
  'parking garages',
  'swimming pools',
  'bookshops',
  'hospitals',
  'hostels',
];
const VERBS = ['cancel', 'renew', 'order', 'replace', 'return', 'pay for', 'insure', 'rent', 'give away', 'sell'];
const DEVICES = [
  'printer',
  'calendar',
  'playlist',
  'contact list',
  'microphone',
  'keyboard',
  'folder',
  'alarm',
  'map',
  'router',
];
const OPPOSITES: readonly (readonly [string, string])[] = [
  ['enable', 'disable'],
  ['increase', 'decrease'],
  ['lock', 'unlock'],
  ['import', 'export'],
  ['upload', 'download'],
  ['show', 'hide'],
  ['add', 'remove'],
  ['mute', 'unmute'],
  ['connect', 'disconnect'],
  ['encrypt', 'decrypt'],
];
const COMPARISONS: readonly (readonly [string, string])[] = [
  ['larger', 'smaller'],
  ['older', 'younger'],
  ['faster', 'slower'],
  ['cheaper', 'more expensive'],
  ['heavier', 'lighter'],
];
const IDENTIFIERS: readonly (readonly [string, string])[] = [
  ['ERR_4012', 'ERR_4021'],
  ['Python 3.9', 'Python 3.12'],
  ['USB 2.0', 'USB 3.1'],
  ['HTTP 403', 'HTTP 404'],
  ['iPhone 12', 'iPhone 15'],
  ['C++', 'C#'],
  ['RTX 3080', 'RTX 4070'],
  ['AES-128', 'AES-256'],
  ['getUserById', 'getUserByName'],
  ['/etc/hosts', '/etc/passwd'],
];
const DENIALS: readonly (readonly [string, string])[] = [
  ['include breakfast', 'do not include breakfast'],
  ['need a visa', 'do not need a visa'],
  ['work offline', "don't work offline"],
  ['contain gluten', 'contain no gluten'],
  ['accept cash', 'never accept cash'],
  ['allow dogs', 'do not allow dogs'],
  ['support dark mode', "don't support dark mode"],
];
const SUBJECTS = [
  'hotels',
  'travellers',
  'apps',
  'plans',
  'restaurants',
  'products',
  'shops',
  'tickets',
  'services',
  'tours',
];
const OWNERS: readonly (readonly [string, string])[] = [
  ['my', "my wife's"],
  ['my', "my son's"],
  ['my', "my boss's"],
  ['my', "a friend's"],
  ["my mother's", "my brother's"],
];

export const TRAP_KINDS: readonly TrapKind[] = [
  {
    kind: 'number',
    draw: (random) =>
      swapped(
        random,
        [
          'How do I divide a bill among _ people?',
          'What is a good workout of _ minutes?',
          'Can I return shoes after _ days?',
          'How much is a taxi for _ kilometers?',
          'Which savings plan pays _ percent?',
          'How many calories do _ almonds have?',
        ],
        two(random, NUMBERS),
      ),
  },
  {
    kind: 'unit',
    draw: (random) =>
      swapped(
        random,
        [`How long is ${random.pick(NUMBERS)} kilometers in _?`, `How far is it to ${random.pick(CITIES)} in _?`],
        two(random, UNITS),
      ),
  },
  {
    kind: 'date',
    draw: (random) => {
      const [from, to] = two(random, MONTHS);
      const [day, otherDay] = two(random, DAYS);
      const [year, otherYear] = two(random, YEARS);
      return random.pick([
        swapped(
          random,
          ['What is the weather like in Norway in _?', 'Is the museum open in _?', 'Which vegetables do I plant in _?'],
          [from, to],
        ),
        swapped(
          random,
          [`Are there concerts on ${from} _?`, `What is my schedule for ${from} _?`],
          [String(day), String(otherDay)],
        ),
        swapped(
          random,
          ['Who won the world championship in _?', 'What was the inflation rate of _?'],
          [String(year), String(otherYear)],
        ),
      ]);
    },
  },
  {
    kind: 'negation',
    draw: (random) =>
      swapped(
        random,
        [`Which ${random.pick(SUBJECTS)} _?`, `Show me ${random.pick(SUBJECTS)} that _`],
        random.pick(DENIALS),
      ),
  },
  {
    kind: 'antonym',
    draw: (random) => {
      const device = random.pick(DEVICES);
      const templates = [`How do I _ the ${device}?`, `How can I _ my ${device}?`, `Is it possible to _ a ${device}?`];
      return swapped(random, templates, random.pick(OPPOSITES));
    },
  },
  {
    kind: 'entity',
    draw: (random) => {
      const role = random.pick(ROLES);
      const work = random.pick(WORKS);
      return random.pick([
        swapped(random, [`Who is the ${role} of _?`, `How do I reach the ${role} of _?`], two(random, COMPANIES)),
        swapped(random, [`Are there ${work} about _?`, `What are the best ${work} on _?`], two(random, PEOPLE)),
      ]);
    },
  },
  {
    kind: 'place',
    draw: (random) => {
      const sight = random.pick(SIGHTS);
      return swapped(
        random,
        [`What are good ${sight} in _?`, `How many ${sight} are there in _?`],
        two(random, CITIES),
      );
    },
  },
  {
    kind: 'direction',
    draw: (random) => {
      const [from, to] = two(random, CITIES);
      const template = random.pick([
        'How long is a flight from 1 to 2?',
        'Find me a train from 1 to 2',
        'What does shipping cost from 1 to 2?',
      ]);
      const fill = (a: string, b: string): string => template.replace('1', a).replace('2', b);
      return { question: fill(from, to), other: fill(to, from) };
    },
  },
  {
    kind: 'comparison',
    draw: (random) => {
      const [one, another] = two(random, CITIES);
      return swapped(
        random,
        [`Is ${one} _ than ${another}?`, `Which of the two is _, ${one} or ${another}?`],
        random.pick(COMPARISONS),
      );
    },
  },
  {
    kind: 'identifier',
    draw: (random) =>
      swapped(
        random,
        [
          `Is _ supported by the ${random.pick(DEVICES)}?`,
          `Why does the ${random.pick(DEVICES)} mention _?`,
          `Does the new ${random.pick(DEVICES)} come with _?`,
        ],
        random.pick(IDENTIFIERS),
      ),
  },
  {
    kind: 'object',
    draw: (random) => {
      const verb = random.pick(VERBS);
      return swapped(random, [`How do I ${verb} my _?`, `What does it cost to ${verb} a _?`], two(random, THINGS));
    },
  },
  {
    kind: 'person',
    draw: (random) =>
      swapped(
        random,
        [
          `How do I sell _ ${random.pick(THINGS)}?`,
          `Can I insure _ ${random.pick(THINGS)}?`,
          `Who can repair _ ${random.pick(THINGS)}?`,
        ],
        random.pick(OWNERS),
      ),
  },
];

const OBJECTS = [
  ...[
    'hotel room',
    'train ticket',
    'magazine subscription',
    'parking permit',
    'gym membership',
    'wedding dress',
    'lawn mower',
  ],
  ...[
    'second hand car',
    'garden shed',
    'swimming pool',
    'season ticket',
    'holiday flat',
    'sewing machine',
    'fishing licence',
  ],
];
const SUBJECTS_ASKED = [
  'capital',
  'population',
  'national dish',
  'largest river',
  'highest mountain',
  'currency',
  'main export',
];
const COUNTRIES = [
  'Mongolia',
  'Iceland',
  'Ecuador',
  'Kenya',
  'Slovenia',
  'Bolivia',
  'Nepal',
  'Latvia',
  'Ghana',
  'Uruguay',
];
/** How a question is stored, and how it is asked. No frame is in both. */
const FRAMES = [
  {
    stored: ['How do I _?', 'What is the best way to _?', 'How would I _?'],
    asked: ['How can I _?', 'Can you tell me how to _?', 'Please explain how to _.', 'What do I have to do to _?'],
    draw: (random: SeededRandom) => `${random.pick(VERBS)} a ${random.pick(OBJECTS)}`,
  },
  {
    stored: ['What is _?', 'Can you tell me _?'],
    asked: ["What's _?", 'Please tell me _.', 'Do you know _?', 'I would like to know _'],
    draw: (random: SeededRandom) => `the ${random.pick(SUBJECTS_ASKED)} of ${random.pick(COUNTRIES)}`,
  },
] as const;

/** A question, and the same in another frame. */
export function paraphrase(random: SeededRandom): Pair {
  const { stored, asked, draw } = random.pick(FRAMES);
  const subject = draw(random);
  const fill = (frame: string): string => frame.replace('_', subject);
  return { question: fill(random.pick(stored)), other: fill(random.pick(asked)), answer: subject };
}
