/** Compat scripts of the geo commands. */
import { type Script, script } from './script.js';

const cities = [
  'GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania',
  'GEOADD g 12.496365 41.902782 Rome 9.189982 45.464204 Milan 14.268120 40.851799 Naples 11.255814 43.769562 Florence',
  'GEOADD g -0.127758 51.507351 London 2.352222 48.856613 Paris -74.005974 40.712776 "New York" 151.20929 -33.868820 Sydney',
  'GEOADD g 139.691706 35.689487 Tokyo -70.669265 -33.448891 Santiago 179.99 -17.7 Fiji -179.99 -17.7 Taveuni 0 0 Null',
  'GEOADD g 15.6 78.2 Longyearbyen -68.3 -54.8 Ushuaia 18.95 69.65 Tromso 166.67 -77.85 McMurdo 25 85.05 Top',
];
const names = [
  'Palermo',
  'Rome',
  'London',
  '"New York"',
  'Sydney',
  'Fiji',
  'Taveuni',
  'Null',
  'Longyearbyen',
  'McMurdo',
  'Top',
];

const points = [
  ...['180 0', '-180 0', '180 85.05112878', '-180 -85.05112878', '0 85.05112878', '180.1 0', '0 85.06', '-181 0'],
  ...['0 -90', 'x 0', '0 x', 'nan 0', 'inf 0', '0 -inf', '1e300 0', '"" 0', '1e-7 -1e-7', '-0 -0', '12.5 45.25'],
  ...['0.000001 0.000001', '179.9999999 -0.0000001', '90 45', '-90 -45', '137.45 66.1', '5e22 0.5', '999.9999995 1'],
];

const adding = script('GEOADD adds points as scores of 52 bits', [
  ...points.flatMap((point) => ['DEL p', `GEOADD p ${point} m`, 'ZSCORE p m', 'GEOPOS p m', 'GEOHASH p m']),
  'GEOADD p 1 2 a 3 4 b',
  'GEOADD p CH 1 2 a 3 5 b 5 6 c',
  'GEOADD p NX 9 9 a 7 8 d',
  'GEOADD p XX CH 9 9 a 7 8 e',
  'GEOADD p XX NX 1 2 a',
  'GEOADD p ch xx 9.5 9 a',
  'GEOPOS p a b c d e',
  'GEOADD p',
  'GEOADD p 1 2',
  'GEOADD p 1 2 a 3',
  'GEOADD p 1 2 a 3 4',
  'GEOADD p NX CH 1 2',
  'GEOADD p GT 1 2 a',
  'GEOADD p 1 2 a 200 3 b',
  'GEOADD p 1 2 z 3 x b',
  'ZCARD p',
  'SET s v',
  'GEOADD s 1 2 a',
  'GEOADD s 200 2 a',
  'TYPE p',
  'OBJECT ENCODING p',
]);

const reading = script('GEOPOS, GEODIST and GEOHASH', [
  ...cities,
  ...names.flatMap((name) => [`GEOPOS g ${name} none`, `GEOHASH g ${name} none`, `ZSCORE g ${name}`]),
  ...names.flatMap((a) => names.map((b) => `GEODIST g ${a} ${b}`)),
  ...['m', 'km', 'FT', 'Mi', 'x', '""', 'meters'].map((unit) => `GEODIST g Palermo Rome ${unit}`),
  'GEODIST g Palermo none',
  'GEODIST none a b',
  'GEODIST none a b parsec',
  'GEODIST g Palermo Rome km km',
  'GEODIST g Palermo',
  'GEOPOS g',
  'GEOPOS none',
  'GEOPOS none a b',
  'GEOHASH g',
  'GEOHASH none a b',
  'SET s v',
  ...[
    'GEOPOS s a',
    'GEODIST s a b',
    'GEOHASH s a',
    'GEOPOS s',
    'GEORADIUS s 1 2 3 m',
    'GEOSEARCH s FROMMEMBER a BYRADIUS 1 m',
  ],
  'ZADD odd 0 zero 1 one -1 minus 1.5 part 4503599627370496 edge 1e18 large -1e18 low 9007199254740993 beyond',
  'GEOPOS odd zero one part edge',
  'GEOHASH odd zero one part edge',
  'GEODIST odd zero one',
]);

const centers = ['15 37', '0 0', '179.9 -17.7', '-179.999 -17.7', '10 80', '-74 40.7', '0 -85', '13.361389 38.115556'];
const radii = ['0 m', '100 km', '200 km', '1000 mi', '5000 km', '20000 km', '30000 km', '500000 ft', '1 m'];
const boxes = ['0 0 m', '400 400 km', '10000 100 km', '100 10000 mi', '40000 40000 km', '1000 1000 ft'];
const shown = [
  '',
  'WITHDIST',
  'WITHCOORD WITHHASH WITHDIST',
  'ASC',
  'DESC WITHDIST',
  'COUNT 3',
  'COUNT 2 DESC',
  'COUNT 3 ANY',
];

const searching = script('GEOSEARCH and GEORADIUS find the same points in the same order', [
  ...cities,
  ...centers.flatMap((center) =>
    radii.flatMap((radius) => [
      `GEORADIUS g ${center} ${radius}`,
      `GEOSEARCH g FROMLONLAT ${center} BYRADIUS ${radius} WITHDIST ASC`,
      `GEORADIUS_RO g ${center} ${radius} WITHCOORD`,
    ]),
  ),
  ...centers.flatMap((center) => boxes.flatMap((box) => [`GEOSEARCH g FROMLONLAT ${center} BYBOX ${box} WITHDIST`])),
  ...names.flatMap((name) =>
    shown.flatMap((options) => [
      `GEORADIUSBYMEMBER g ${name} 2000 km ${options}`,
      `GEORADIUSBYMEMBER_RO g ${name} 500 mi ${options}`,
      `GEOSEARCH g FROMMEMBER ${name} BYBOX 3000 2000 km ${options}`,
      `GEOSEARCH g BYRADIUS 9000 km ${options} FROMMEMBER ${name}`,
    ]),
  ),
]);

/** Every option of the older commands, which take a place or a member, and read or store. */
const olderForms = script('GEORADIUS and its kin take every unit, every order and everything shown', [
  ...cities,
  ...['10 m', '1500 km', '5e6 ft', '900 mi'].flatMap((radius) => [
    `GEORADIUS g 12 42 ${radius} ASC`,
    `GEORADIUS_RO g 12 42 ${radius} DESC`,
    `GEORADIUSBYMEMBER g Rome ${radius} DESC`,
    `GEORADIUSBYMEMBER_RO g Rome ${radius} ASC`,
    `GEOSEARCHSTORE d g FROMMEMBER Rome BYRADIUS ${radius} DESC`,
  ]),
  ...[...shown, 'COUNT 2 ANY ASC', 'WITHHASH WITHCOORD WITHDIST COUNT 3 DESC'].flatMap((options) => [
    `GEORADIUS g 12 42 1500 km ${options}`,
    `GEORADIUS_RO g 12 42 1500 km ${options}`,
  ]),
  'GEORADIUSBYMEMBER g Rome 900 km STOREDIST d',
  'ZCARD d',
]);

const searchMistakes = [
  ...[
    'FROMMEMBER Rome',
    'BYRADIUS 1 km',
    'FROMMEMBER none BYRADIUS 1 km',
    'FROMMEMBER Rome BYRADIUS x km',
    'FROMMEMBER',
  ],
  ...[
    'FROMMEMBER Rome BYRADIUS -1 km',
    'FROMMEMBER Rome BYRADIUS 1 x',
    'FROMMEMBER Rome BYBOX 1 km',
    'FROMLONLAT 1 BYBOX',
  ],
  ...[
    'FROMMEMBER Rome BYBOX x 1 km',
    'FROMMEMBER Rome BYBOX 1 x km',
    'FROMMEMBER Rome BYBOX -1 1 km',
    'BYRADIUS 1 km BOGUS',
  ],
  ...[
    'FROMMEMBER Rome BYBOX 1 1 x',
    'FROMMEMBER Rome FROMLONLAT 1 2 BYRADIUS 1 km',
    'FROMLONLAT 1 2 FROMMEMBER Rome BYRADIUS 1 km',
  ],
  ...['FROMLONLAT 200 1 BYRADIUS 1 km', 'FROMLONLAT x 1 BYRADIUS 1 km', 'FROMMEMBER Rome BYRADIUS 1 km BYBOX 1 1 km'],
  ...[
    'FROMMEMBER Rome BYRADIUS 1 km COUNT 0',
    'FROMMEMBER Rome BYRADIUS 1 km COUNT x',
    'FROMMEMBER Rome BYRADIUS 1 km ANY',
  ],
  ...[
    'FROMMEMBER Rome BYRADIUS 1 km COUNT',
    'FROMMEMBER Rome BYRADIUS 1 km STORE d',
    'FROMMEMBER Rome BYRADIUS 1 km STOREDIST',
  ],
  ...[
    'FROMMEMBER Rome FROMMEMBER none BYRADIUS 1 km',
    'FROMMEMBER none BYRADIUS 1 km BOGUS',
    'BOGUS FROMMEMBER none BYRADIUS 1 m',
  ],
  ...['FROMMEMBER Rome BYRADIUS 1 km ANY COUNT 1', 'FROMMEMBER Rome BYRADIUS 1 km WITHDIST', 'ASC DESC ASC DESC ASC'],
  ...[
    'FROMMEMBER Rome BYRADIUS 1 km BYRADIUS 500 km',
    'FROMLONLAT 0 0 FROMLONLAT 12 42 BYRADIUS 100 km',
    'COUNT -1 ANY ASC DESC',
  ],
];

const mistakes = script('searches refuse what they cannot read', [
  ...cities,
  ...searchMistakes.flatMap((options) => [
    `GEOSEARCH g ${options}`,
    `geosearch none ${options}`,
    `GEOSEARCHSTORE d g ${options}`,
    `GeoSearchStore d none ${options}`,
  ]),
  ...[
    '12 42 1 x',
    '12 42 x km',
    '12 42 -1 km',
    'x 42 1 km',
    '200 42 1 km',
    '12 42 1 km BOGUS',
    '12 42 1 km COUNT 0',
    '12 42',
  ].flatMap((options) => [`GEORADIUS g ${options}`, `GEORADIUS none ${options}`, `GEORADIUS_RO g ${options} STORE d`]),
  ...[
    'Rome 1 x',
    'Rome x km',
    'Rome -1 km',
    'none 1 km',
    'none x km',
    'Rome 1 km BOGUS',
    'Rome x km BOGUS',
    'Rome',
  ].flatMap((options) => [
    `GEORADIUSBYMEMBER g ${options}`,
    `GEORADIUSBYMEMBER none ${options}`,
    `GEORADIUSBYMEMBER_RO g ${options}`,
  ]),
  'GEORADIUSBYMEMBER_RO g Rome 1 km STORE d',
  'GEORADIUS g 12 42 1 km STORE d WITHDIST',
  'GEORADIUS g 12 42 1 km STORE',
  'GEOSEARCH',
  'GEOSEARCH g',
  'GEOSEARCHSTORE d',
]);

const storing = script('GEOSEARCHSTORE and STORE keep scores or distances', [
  ...cities,
  'GEOSEARCHSTORE d g FROMMEMBER Rome BYRADIUS 700 km',
  'ZRANGE d 0 -1 WITHSCORES',
  'OBJECT ENCODING d',
  'GEOSEARCHSTORE d g FROMLONLAT 12 42 BYBOX 900 900 km COUNT 2 ASC',
  'ZRANGE d 0 -1 WITHSCORES',
  'GEORADIUS g 12 42 900 km STORE d',
  'ZRANGE d 0 -1 WITHSCORES',
  'GEORADIUSBYMEMBER g Rome 300 mi STORE d COUNT 1 DESC',
  'ZRANGE d 0 -1 WITHSCORES',
  'GEOSEARCHSTORE d g FROMLONLAT 0 0 BYRADIUS 0 km STOREDIST',
  'ZRANGE d 0 -1 WITHSCORES',
  'GEORADIUS g 0 0 1 m STOREDIST d STORE e',
  'ZRANGE e 0 -1 WITHSCORES',
  'GEORADIUS g 60 0 1 m STORE e',
  'EXISTS e',
  'GEOSEARCHSTORE d none FROMMEMBER a BYRADIUS 1 m',
  'EXISTS d',
  'GEORADIUS none 1 2 3 m STORE d',
  'GEORADIUSBYMEMBER none a 3 m STORE d',
  'SET s v',
  'GEORADIUS g 12 42 900 km STORE s',
  'TYPE s',
  'GEORADIUS g 12 42 900 km STORE g',
  'ZCARD g',
]);

const keysOf = script('COMMAND GETKEYS finds the keys behind STORE and STOREDIST', [
  'COMMAND GETKEYS GEORADIUS k 1 2 3 m',
  'COMMAND GETKEYS GEORADIUS k 1 2 3 m STORE d STOREDIST e',
  'COMMAND GETKEYSANDFLAGS GEORADIUS k 1 2 3 m store d',
  'COMMAND GETKEYS GEORADIUS k 1 2 3 m STORE',
  'COMMAND GETKEYS GEORADIUSBYMEMBER k m 1 m STOREDIST x',
  'COMMAND GETKEYS GEOSEARCHSTORE d s FROMMEMBER m BYRADIUS 1 m',
]);

const many = script('a large index is searched in the same order', [
  ...Array.from(
    { length: 300 },
    (_, i) => `GEOADD g ${(((i * 7919) % 3600) - 1800) / 10} ${(((i * 104729) % 1700) - 850) / 10} m${i}`,
  ),
  'OBJECT ENCODING g',
  ...centers.flatMap((center) =>
    radii
      .map((radius) => `GEOSEARCH g FROMLONLAT ${center} BYRADIUS ${radius} WITHDIST`)
      .concat(
        boxes.map((box) => `GEOSEARCH g FROMLONLAT ${center} BYBOX ${box} ASC COUNT 7 WITHDIST`),
        `GEOSEARCH g FROMLONLAT ${center} BYRADIUS 4000 km COUNT 5 ANY`,
      ),
  ),
]);

export const geoScripts: readonly Script[] = [adding, reading, searching, olderForms, mistakes, storing, keysOf, many];
