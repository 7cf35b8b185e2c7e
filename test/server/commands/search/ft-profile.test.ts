import { parseFtProfile } from '#server/commands/search/ft-profile.js';
import { startInProcess } from '../../../support/in-process.js';
import { parsedLine } from './parsing.js';

const client = startInProcess().connect();
client.call('FT.CREATE', 'idx', 'SCHEMA', 'color', 'TAG', 'n', 'NUMERIC', 't', 'TEXT');
client.call('HSET', 'a', 'color', 'red', 'n', 1, 't', 'hello world');

const shard = (...argv: (string | number)[]): string => {
  const reply = client.call('FT.PROFILE', 'idx', 'SEARCH', ...argv);
  if (!Array.isArray(reply)) throw new Error('no array');
  expect(reply[0]).toEqual([1, 'a']);
  return JSON.stringify(reply[1]);
};

test('the answer comes with the way it was found', () => {
  const profile = shard('QUERY', '@color:{red} @n:[1 2] "hello world"', 'NOCONTENT');
  expect(profile).toContain('"Strategy","filter","Candidates",1');
  expect(profile).toContain('"Type","INTERSECT"');
  expect(profile).toContain('"Type","TAG","Term","red","Estimated number of matches",1');
  expect(profile).toContain('"Type","NUMERIC","Term","1 - 2"');
  expect(profile).toContain('"Type","EXACT","Term","hello world"');
});

test('parts of a predicate are left out when it is said so', () => {
  expect(shard('LIMITED', 'QUERY', '@color:{red} | hello', 'NOCONTENT')).not.toContain('"Type","TAG"');
});

test('an aggregation tells what its rows went through', () => {
  const steps = ['APPLY', '@n * 2', 'AS', 'm', 'SORTBY', 1, '@m', 'LIMIT', 0, 1];
  const reply = client.call('FT.PROFILE', 'idx', 'AGGREGATE', 'QUERY', '@color:{red}', ...steps);
  const [rows, profile] = Array.isArray(reply) ? reply : [];
  expect(rows).toEqual([1, ['n', '1', 'm', '2']]);
  expect(JSON.stringify(profile)).toContain('["Type","Projector"],["Type","Sorter"],["Type","Pager/Limiter"]');
});

test.each([2, 3])('a hybrid tells of its words and of what is near: RESP%i', (protocol) => {
  const hybrid = startInProcess().connect();
  hybrid.call('HELLO', protocol);
  const vector = 'v VECTOR FLAT 6 TYPE FLOAT32 DIM 1 DISTANCE_METRIC L2'.split(' ');
  hybrid.call('FT.CREATE', 'idx', 'SCHEMA', 't', 'TEXT', 'n', 'NUMERIC', ...vector);
  const one = Buffer.from(Float32Array.of(1).buffer);
  hybrid.call('HSET', 'a', 't', 'hello', 'n', 1, 'v', one);
  hybrid.call('HSET', 'b', 't', 'world', 'n', 2, 'v', one);
  const question = [
    'SEARCH',
    'hello',
    'VSIM',
    '@v',
    '$q',
    'FILTER',
    '@n:[2 3]',
    'LOAD',
    1,
    '@t',
    'PARAMS',
    2,
    'q',
    one,
  ];
  const reply = hybrid.call('FT.PROFILE', 'idx', 'HYBRID', 'QUERY', ...question);
  const shown = JSON.stringify(reply, (_key, value: unknown) => (value instanceof Map ? [...value].flat() : value));
  expect(shown).toContain('"total_results",2,"results",[["t","hello"],["t","world"]]');
  expect(shown).toContain('"Type","TEXT","Term","hello"');
  expect(shown).toMatch(/"Vector plan",\["Strategy","[a-z-]+","Candidates",1,/);
  expect(shown).toContain('"Type","NUMERIC","Term","2 - 3"');
  expect(shown).toContain('["Type","Hybrid Merger"],["Type","Loader"]');
});

test('in RESP3 it is a map of results and profile', () => {
  const modern = startInProcess().connect();
  modern.call('HELLO', 3);
  modern.call('FT.CREATE', 'idx', 'SCHEMA', 'color', 'TAG');
  const reply = modern.call('FT.PROFILE', 'idx', 'SEARCH', 'QUERY', '*');
  expect(JSON.stringify(reply instanceof Map ? [...reply.keys()] : reply)).toContain('Results');
});

test('Valkey GLIDE gets figures only', () => {
  const glide = startInProcess().connect();
  glide.call('CLIENT', 'SETINFO', 'LIB-NAME', 'GlideJS');
  glide.call('FT.CREATE', 'idx', 'SCHEMA', 'color', 'TAG');
  glide.call('HSET', 'a', 'color', 'red');
  const reply = glide.call('FT.PROFILE', 'idx', 'SEARCH', 'QUERY', '@color:{red}', 'NOCONTENT');
  const [answer, profile] = Array.isArray(reply) ? reply : [];
  expect(answer).toEqual([1, 'a']);
  const values = Array.isArray(profile) ? profile.filter((_value, index) => index % 2 === 1).map(Number) : [];
  expect(values).toHaveLength(5);
  expect(values.slice(-2)).toEqual([1, 1]);
  expect(values.every(Number.isFinite)).toBe(true);
});

test.each([
  ['idx WORDS QUERY *', 'No `SEARCH`, `AGGREGATE` or `HYBRID` command for FT.PROFILE'],
  ['idx SEARCH *', 'No `SEARCH`, `AGGREGATE` or `HYBRID` command for FT.PROFILE'],
  ['idx HYBRID QUERY *', 'FT.HYBRID index SEARCH query VSIM'],
  ['idx SEARCH QUERY * WHAT', 'Unexpected argument `WHAT`'],
])('%s is refused', (line, message) => {
  expect(parsedLine(parseFtProfile, line)).toContain(message);
});
