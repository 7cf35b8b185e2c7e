/**
 * Random puts, updates, deletions and lifetimes with event times in any order, moves of the clock, changes of groups, transforms and restarts: what the
 * feature store answers must be what a plain model answers. The model keeps its own records and shares no code with the store; times
 * reach the store as text.
 *
 *     NEARKEY_FEATURES_FUZZ=100000 npm test -- features-fuzz      more operations than the usual ones
 */
import { Redis } from 'ioredis';
import type { Commander } from '#sdk/commander.js';
import { commanderFrom } from '#sdk/commanders/ioredis-commander.js';
import type { FeatureError } from '#sdk/features/feature-error.js';
import type { FeatureGroup } from '#sdk/features/feature-group.js';
import { FeatureStore, type WriteOutcome } from '#sdk/features/feature-store.js';
import { unpackRecord } from '#sdk/features/packed-record.js';
import { readBatch } from '#sdk/features/record-batches.js';
import { parseMoment } from '#sdk/features/record-history.js';
import { changesKey } from '#sdk/features/record-keys.js';
import { transformed, type Wanted } from '#sdk/features/transforms.js';
import { transformLanguage } from '#server/features/transform-language.js';
import { newGroup, type OpenFeatureStore, values } from '../contract/feature-store.js';
import { startInProcess } from '../support/in-process.js';
import { startRedisCluster } from '../support/redis-cluster.js';
import { startRedis } from '../support/redis-oracle.js';
import { describeWith } from '../support/requires.js';
import { SeededRandom } from './seeded-random.js';
import { ExpressionModel, type ModelExpression, type ModelFeatures, modelOutcome } from './transforms-model.js';
import { type ModelBounds, VersionsModel } from './versions-model.js';

const operations = Number(process.env.NEARKEY_FEATURES_FUZZ ?? 5_000);
const timeoutMs = 60_000 + operations * 5;

const ids = ['1', '{a}', '100%', 'u/1', 'é🗝', '%7B', ' ', '}{', '9', '10'];
const texts = ['', 'x', '"\\', '\u0000\u0001\u0002', 'grün', '\n\r\t', '🗝', '\u2028', 'null'];
const groupNames = ['A', 'b-2', 'c'];
const wrongTransforms = [
  { name: 'wrong', expression: '@a +' },
  { name: 'wrong', expression: '@nowhere' },
  { name: 'wrong', expression: '@tags' },
  { name: 'a', expression: '1' },
];
/** Of the Vector that a group may gain. */
const vectorName = 'gained';
/** Which of the groups keep versions. */
const boundsOf: Readonly<Record<string, ModelBounds>> = { 'b-2': { versions: 3 }, c: { windowMs: 86_400_000 } };
const changesLength = 500;
/** A stream may be longer by what lies in one of its nodes. */
const changesSlack = 100;

interface ModelRecord {
  /** Nanoseconds since 1970. */
  time: bigint;
  features: Map<string, string | string[]>;
  expiresAtMs: number | undefined;
  isMarker: boolean;
}

interface ModelGroup {
  records: Map<string, ModelRecord>;
  defaultTtlSeconds: number | undefined;
  featureNames: string[];
  /** Records of groups with a Vector lie in another form than those of groups without. */
  readonly hasVector: boolean;
  gainedVector: boolean;
  versions: VersionsModel | undefined;
  historyEpoch: number;
  transforms: ReadonlyMap<string, ModelExpression>;
  /** What the stream of changes has been told. */
  readonly told: string[];
}

interface Moment {
  readonly nanos: bigint;
  readonly text: string;
}

interface FuzzedStore extends OpenFeatureStore {
  /** As a server is restarted that keeps its data. */
  restart(): Promise<void>;
}

class FeaturesFuzz {
  readonly #random: SeededRandom;
  readonly #opened: FuzzedStore;
  readonly #model = new Map<string, ModelGroup>();
  #store: FeatureStore;
  /** Some of them come again: ties of event times are where a rule is easily wrong. */
  readonly #moments: Moment[] = [];
  /** What was done last, for the report of a difference. */
  readonly #log: string[] = [];

  constructor(seed: number, opened: FuzzedStore) {
    this.#random = new SeededRandom(seed);
    this.#opened = opened;
    this.#store = new FeatureStore({ ...opened, language: transformLanguage });
  }

  async run(count: number): Promise<void> {
    for (const name of groupNames) await this.#createGroup(name);
    for (let operation = 0; operation < count; operation++) {
      try {
        await this.#step();
        if (operation % 500 === 499) await this.#compareAll();
      } catch (error) {
        const transforms = [...this.#model].flatMap(([name, group]) =>
          [...group.transforms].map(([of, { text }]) => `${name}: ${of} = ${text}`),
        );
        const done = [...this.#log.slice(-8), ...transforms].join('; ');
        throw new Error(`operation ${operation}, after ${done}`, { cause: error });
      }
    }
    await this.#compareAll();
  }

  async #step(): Promise<void> {
    const random = this.#random;
    const name = random.pick(groupNames);
    const chance = random.below(1_000);
    if (chance < 400) return this.#put(name);
    if (chance < 560) return this.#update(name);
    if (chance < 660) return this.#delete(name, 'SoftDelete');
    if (chance < 720) return this.#delete(name, 'HardDelete');
    if (chance < 820) return this.#get(name);
    if (chance < 880) return this.#getAsOf(name);
    if (chance < 920) return this.#getBatch();
    if (chance < 935) return this.#burst(name);
    if (chance < 980) return this.#moveClock();
    if (chance < 988) return this.#changeTtl(name);
    if (chance < 990) return this.#addFeature(name);
    if (chance < 991) return this.#addVector(name);
    if (chance < 993) return this.#turnVersions(name);
    if (chance < 995) return this.#setTransforms(name);
    if (chance < 997) return this.#restart();
    return this.#recreate(name);
  }

  async #put(name: string): Promise<void> {
    const id = this.#random.pick(ids);
    const moment = this.#moment();
    const features = new Map<string, string | string[]>([['id', id], ['t', moment.text], ...this.#someFeatures(name)]);
    const ttlSeconds = this.#someTtl();
    this.#log.push(`put ${name} ${id} ${moment.text} ttl ${ttlSeconds}`);
    const expected = this.#modelPut(name, id, moment, features, ttlSeconds);
    const group = await this.#group(name);
    const outcome = await this.#store.put(group, { record: recordOf(features), ttl: ttlOf(ttlSeconds) });
    expect(nameOf(outcome)).toBe(expected);
  }

  #modelPut(
    name: string,
    id: string,
    moment: Moment,
    features: Map<string, string | string[]>,
    ttlSeconds: number | undefined,
  ): 'written' | 'stale' | 'kept' {
    const group = this.#modelGroup(name);
    const ttl = ttlSeconds ?? group.defaultTtlSeconds;
    const expiresAtMs = ttl === undefined ? undefined : millisecondsOf(moment) + ttl * 1_000;
    return this.#modelWrite(name, id, 'put', { time: moment.nanos, features, expiresAtMs, isMarker: false });
  }

  /** A put or a soft deletion. */
  #modelWrite(name: string, id: string, op: string, record: ModelRecord): 'written' | 'stale' | 'kept' {
    const { records, versions, told } = this.#modelGroup(name);
    const nowMs = this.#opened.clock.nowMs();
    const stored = this.#stored(name, id);
    versions?.before(id, stored, nowMs);
    if (stored === undefined || record.time > stored.time) {
      records.set(id, record);
      versions?.written(id, record, nowMs);
      told.push(`${op} ${id}`);
      return 'written';
    }
    if (versions?.late(id, record, nowMs) !== true) return 'stale';
    told.push(`${op} ${id} late`);
    return 'kept';
  }

  async #update(name: string): Promise<void> {
    const id = this.#random.pick(ids);
    const moment = this.#random.chance(0.5) ? this.#moment() : undefined;
    const ttlSeconds = moment === undefined ? undefined : this.#someTtl();
    const changed = new Map(this.#someFeatures(name));
    if (moment !== undefined) changed.set('t', moment.text);
    if (changed.size === 0) changed.set('id', id);
    this.#log.push(`update ${name} ${id} ${moment?.text} ttl ${ttlSeconds}`);
    const stored = this.#stored(name, id);
    const { versions, told } = this.#modelGroup(name);
    const nowMs = this.#opened.clock.nowMs();
    versions?.before(id, stored, nowMs);
    let expected = 'done';
    if (stored === undefined || stored.isMarker) expected = 'ResourceNotFound';
    else if (moment !== undefined && moment.nanos < stored.time) expected = 'ConflictException';
    else {
      for (const [feature, value] of changed) stored.features.set(feature, value);
      if (moment !== undefined) {
        stored.time = moment.nanos;
        if (ttlSeconds !== undefined) stored.expiresAtMs = millisecondsOf(moment) + ttlSeconds * 1_000;
      }
      versions?.written(id, stored, nowMs);
      told.push(`update ${id}`);
    }
    const group = await this.#group(name);
    const request = { recordId: id, features: recordOf(changed), ttl: ttlOf(ttlSeconds) };
    expect(await outcomeOf(this.#store.update(group, request))).toBe(expected);
  }

  async #delete(name: string, mode: 'SoftDelete' | 'HardDelete'): Promise<void> {
    const id = this.#random.pick(ids);
    const moment = this.#moment();
    this.#log.push(`${mode} ${name} ${id} ${moment.text}`);
    const group = this.#modelGroup(name);
    const stored = this.#stored(name, id);
    const isStale = stored !== undefined && moment.nanos <= stored.time;
    const request = { recordId: id, eventTime: moment.text, mode };
    if (mode === 'SoftDelete') {
      const ttl = group.defaultTtlSeconds;
      const byDefault = ttl === undefined ? undefined : millisecondsOf(moment) + ttl * 1_000;
      const expiresAtMs = stored?.expiresAtMs ?? byDefault;
      const marker = { time: moment.nanos, features: new Map(), expiresAtMs, isMarker: true };
      const expected = this.#modelWrite(name, id, 'delete', marker);
      expect(nameOf(await this.#store.delete(await this.#group(name), request))).toBe(expected);
      return;
    }
    group.versions?.before(id, stored, this.#opened.clock.nowMs());
    if (!isStale) {
      group.records.delete(id);
      group.versions?.removed(id);
      group.told.push(`hard-delete ${id}`);
    }
    const outcome = await outcomeOf(this.#store.delete(await this.#group(name), request));
    expect(outcome).toBe(isStale ? 'ValidationError' : 'done');
  }

  /** Many writers of one record at once. */
  async #burst(name: string): Promise<void> {
    const id = this.#random.pick(ids);
    const count = this.#random.between(2, 64);
    const moments = new Map(this.#random.times(count, () => this.#moment()).map((moment) => [moment.nanos, moment]));
    const puts = [...moments.values()].map((moment) => ({
      moment,
      features: new Map<string, string | string[]>([['id', id], ['t', moment.text], ...this.#someFeatures(name)]),
    }));
    this.#log.push(`${puts.length} writers of ${name} ${id}`);
    for (const { moment, features } of puts) this.#modelPut(name, id, moment, features, 100_000);
    const group = await this.#group(name);
    await Promise.all(
      puts.map(({ features }) => this.#store.put(group, { record: recordOf(features), ttl: ttlOf(100_000) })),
    );
    await this.#compare(name, id);
  }

  async #get(name: string): Promise<void> {
    await this.#compare(name, this.#random.pick(ids));
  }

  async #getAsOf(name: string): Promise<void> {
    const id = this.#random.pick(ids);
    const moment = this.#moment();
    const { versions } = this.#modelGroup(name);
    const stored = this.#stored(name, id);
    const expected = versions?.asOf(id, stored, moment.nanos, this.#opened.clock.nowMs()) ?? 'unknown';
    this.#log.push(`read ${name} ${id} as of ${moment.text}`);
    const group = await this.#group(name);
    const reading = this.#store.getAsOf(group, id, parseMoment(moment.text)).then(
      (record) => (record === undefined ? 'none' : this.#readOf(group, record)),
      (error: FeatureError) => (error.code === 'ValidationError' ? 'unknown' : error.code),
    );
    expect(await reading).toEqual(typeof expected === 'string' ? expected : this.#expectedOf(name, expected.features));
  }

  /** What a reader sees of a record: its features and what its transforms come to. */
  #readOf(group: FeatureGroup, { packed }: { packed: string }): object {
    return readOf(packed, this.#store.transforms.wanted(group, undefined));
  }

  #expectedOf(name: string, features: ModelFeatures): object {
    const { transforms } = this.#modelGroup(name);
    const outcomes = [...transforms].map(([transform, expression]) => [transform, modelOutcome(expression, features)]);
    return { features: Object.fromEntries(features), outcomes };
  }

  /** Replaces the transforms of a group; what is wrong with one of them leaves all as they were. */
  async #setTransforms(name: string): Promise<void> {
    const group = this.#modelGroup(name);
    const random = this.#random;
    const expressions = new ExpressionModel(random, { numbers: ['a'], texts: ['id', ...group.featureNames] });
    const transforms = new Map(
      random.times(random.below(4), () => `of${random.below(9)}`).map((of) => [of, expressions.any()]),
    );
    const wrong = random.chance(0.3) ? random.pick(wrongTransforms) : undefined;
    const registered = [...transforms].map(([of, { text: expression }]) => ({ name: of, expression }));
    if (wrong !== undefined) registered.push(wrong);
    this.#log.push(`transforms of ${name}: ${JSON.stringify(registered)}`);
    const changing = this.#store.changeGroup(name, (definition) => ({
      ...definition,
      online: {
        ...(definition.online ?? { storageType: 'InMemory' }),
        transforms: registered.length === 0 ? undefined : registered,
      },
    }));
    expect(await outcomeOf(changing)).toBe(wrong === undefined ? 'done' : 'ValidationError');
    if (wrong === undefined) group.transforms = transforms;
  }

  async #turnVersions(name: string): Promise<void> {
    const bounds = boundsOf[name];
    if (bounds === undefined) return;
    const group = this.#modelGroup(name);
    const isOn = group.versions === undefined;
    this.#log.push(`versions of ${name} ${isOn ? 'on' : 'off'}`);
    group.versions = isOn ? new VersionsModel(bounds) : undefined;
    group.historyEpoch += isOn ? 1 : 0;
    await this.#store.groups.change(name, (definition) => ({
      ...definition,
      historyEpoch: group.historyEpoch,
      online: { ...(definition.online ?? { storageType: 'InMemory' }), history: isOn ? historyOf(bounds) : undefined },
    }));
  }

  async #getBatch(): Promise<void> {
    const items = this.#random.times(this.#random.between(1, 3), () => ({
      groupName: this.#random.pick(groupNames),
      recordIds: [...new Set(this.#random.times(5, () => this.#random.pick(ids)))],
    }));
    const found = (await readBatch(this.#store, items)).map(({ groupName, recordId, outcome }) => {
      if ('code' in outcome) throw outcome;
      return [groupName, recordId, readOf(outcome.record.packed, outcome.wanted)];
    });
    const expected = items.flatMap(({ groupName, recordIds }) =>
      recordIds.flatMap((id) => {
        const record = this.#readable(groupName, id);
        return record === undefined ? [] : [[groupName, id, this.#expectedOf(groupName, record.features)]];
      }),
    );
    expect(found).toEqual(expected);
  }

  #moveClock(): void {
    const ms = this.#random.pick([1, 999, 10_000, 60_000, 3_600_000]);
    this.#log.push(`clock + ${ms}`);
    this.#opened.advance(ms);
  }

  async #changeTtl(name: string): Promise<void> {
    const seconds = this.#someTtl();
    this.#log.push(`default ttl of ${name} is ${seconds}`);
    this.#modelGroup(name).defaultTtlSeconds = seconds;
    await this.#store.groups.change(name, (definition) => ({
      ...definition,
      online: { ...(definition.online ?? { storageType: 'InMemory' }), ttl: ttlOf(seconds) },
    }));
  }

  async #addFeature(name: string): Promise<void> {
    const { featureNames } = this.#modelGroup(name);
    if (featureNames.length > 12) return;
    const FeatureName = `more${featureNames.length}`;
    this.#log.push(`add ${FeatureName} to ${name}`);
    featureNames.push(FeatureName);
    await this.#store.groups.change(name, (definition) => ({
      ...definition,
      schemaVersion: definition.schemaVersion + 1,
      features: [
        ...definition.features,
        { FeatureName, FeatureType: 'String', CollectionType: undefined, CollectionConfig: undefined },
      ],
    }));
  }

  /** From now on records lie in another form, and those that are there in both. */
  async #addVector(name: string): Promise<void> {
    const group = this.#modelGroup(name);
    if (group.hasVector || group.gainedVector) return;
    this.#log.push(`add a Vector to ${name}`);
    group.gainedVector = true;
    await this.#store.groups.change(name, (definition) => ({
      ...definition,
      schemaVersion: definition.schemaVersion + 1,
      features: [
        ...definition.features,
        {
          FeatureName: vectorName,
          FeatureType: 'Fractional',
          CollectionType: 'Vector',
          CollectionConfig: { VectorConfig: { Dimension: 1 } },
        },
      ],
    }));
  }

  async #restart(): Promise<void> {
    this.#log.push('restart');
    await this.#opened.restart();
    this.#store = new FeatureStore({ ...this.#opened, language: transformLanguage });
  }

  async #recreate(name: string): Promise<void> {
    this.#log.push(`recreate ${name}`);
    await this.#store.deleteGroup(name);
    await this.#createGroup(name);
  }

  async #createGroup(name: string): Promise<void> {
    const bounds = boundsOf[name];
    const online = {
      storageType: 'InMemory' as const,
      history: bounds && historyOf(bounds),
      changes: { maxLength: changesLength },
    };
    const hasVector = this.#random.chance(0.3);
    const definition = newGroup(name, this.#opened.clock.nowMs(), hasVector ? 'Vector' : 'List');
    await this.#store.groups.create({ ...definition, online });
    this.#model.set(name, {
      records: new Map(),
      defaultTtlSeconds: undefined,
      featureNames: ['b'],
      hasVector,
      gainedVector: false,
      versions: bounds && new VersionsModel(bounds),
      historyEpoch: 0,
      transforms: new Map(),
      told: [],
    });
  }

  async #compareAll(): Promise<void> {
    for (const name of groupNames) {
      for (const id of ids) await this.#compare(name, id);
      const group = await this.#group(name);
      await this.#compareChanges(name, group);
      for (const withDeleted of [false, true]) {
        const listed = new Set<string>();
        let token: string | undefined;
        do {
          const page = await this.#store.list(group, { countMax: 5, token, withDeleted });
          for (const id of page.recordIds) listed.add(id);
          token = page.nextToken;
        } while (token !== undefined);
        const isListed = (id: string): boolean =>
          withDeleted ? this.#stored(name, id) !== undefined : this.#readable(name, id) !== undefined;
        expect([...listed].sort()).toEqual(ids.filter(isListed).sort());
      }
    }
  }

  async #compareChanges(name: string, group: FeatureGroup): Promise<void> {
    const entries = await this.#opened.commander.call('XRANGE', changesKey(group.definition), '-', '+');
    const { told } = this.#modelGroup(name);
    const found = (Array.isArray(entries) ? entries : []).map((entry) => {
      const [, fields] = Array.isArray(entry) ? entry : [];
      const [, op, , id, ...rest] = Array.isArray(fields) ? fields : [];
      return rest.includes('late') ? `${op} ${id} late` : `${op} ${id}`;
    });
    expect(found.length).toBeGreaterThanOrEqual(Math.min(told.length, changesLength));
    expect(found.length).toBeLessThanOrEqual(changesLength + changesSlack);
    expect(found).toEqual(told.slice(told.length - found.length));
  }

  async #compare(name: string, id: string): Promise<void> {
    const group = await this.#group(name);
    const record = await this.#store.get(group, id);
    const expected = this.#readable(name, id);
    const found = record && { ...this.#readOf(group, record), expiresAtMs: record.expiresAtMs };
    expect(found).toEqual(
      expected && { ...this.#expectedOf(name, expected.features), expiresAtMs: expected.expiresAtMs },
    );
  }

  /** What the model holds, markers too, without what has expired. */
  #stored(name: string, id: string): ModelRecord | undefined {
    const { records } = this.#modelGroup(name);
    const record = records.get(id);
    if (record?.expiresAtMs === undefined || record.expiresAtMs > this.#opened.clock.nowMs()) return record;
    records.delete(id);
    return undefined;
  }

  #readable(name: string, id: string): ModelRecord | undefined {
    const record = this.#stored(name, id);
    return record?.isMarker ? undefined : record;
  }

  #modelGroup(name: string): ModelGroup {
    const group = this.#model.get(name);
    if (group === undefined) throw new Error(`the model has no ${name}`);
    return group;
  }

  #group(name: string): Promise<FeatureGroup> {
    return this.#store.groups.get(name);
  }

  /** Of a few near the present, so that ties and late comers are common. */
  #moment(): Moment {
    if (this.#moments.length > 0 && this.#random.chance(0.3)) return this.#random.pick(this.#moments);
    const moment = this.#newMoment();
    this.#moments.push(moment);
    if (this.#moments.length > 4) this.#moments.shift();
    return moment;
  }

  #newMoment(): Moment {
    const nowSeconds = Math.floor(this.#opened.clock.nowMs() / 1_000);
    const seconds = BigInt(nowSeconds + this.#random.between(-8, 8) * this.#random.pick([1, 60, 86_400]));
    const nanos = this.#random.pick([0n, 1n, 2n, 500_000_000n, 999_999_999n]);
    const upToSeconds = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
    const fraction = nanos === 0n ? '' : `.${String(nanos).padStart(9, '0')}`;
    return { nanos: seconds * 1_000_000_000n + nanos, text: `${upToSeconds}${fraction}Z` };
  }

  #someTtl(): number | undefined {
    return this.#random.chance(0.3) ? undefined : this.#random.pick([1, 60, 3_600, 604_800]);
  }

  #someFeatures(name: string): [string, string | string[]][] {
    const random = this.#random;
    const features: [string, string | string[]][] = [];
    if (random.chance(0.6)) features.push(['a', String(random.below(1_000) - 500)]);
    for (const feature of this.#modelGroup(name).featureNames) {
      if (random.chance(0.5)) features.push([feature, random.pick(texts)]);
    }
    if (random.chance(0.3)) features.push(['tags', [...new Set(random.times(3, () => random.pick(texts)))]]);
    if (random.chance(0.3)) features.push(['v', [String(random.next()), '1e-3']]);
    if (this.#modelGroup(name).gainedVector && random.chance(0.3)) features.push([vectorName, ['0.5']]);
    return features;
  }
}

function millisecondsOf({ nanos }: Moment): number {
  return Number(nanos / 1_000_000n);
}

function recordOf(features: ReadonlyMap<string, string | string[]>) {
  return values(Object.fromEntries(features));
}

function featuresOf(record: ReturnType<typeof unpackRecord>): Record<string, unknown> {
  return Object.fromEntries(
    record.map(({ FeatureName, ValueAsString, ValueAsStringList }) => [
      FeatureName,
      ValueAsString ?? ValueAsStringList,
    ]),
  );
}

function readOf(packed: string, { features, transforms }: Wanted): object {
  const outcomes = transformed(packed, transforms).map(({ name, value, failure }) => {
    if (failure !== undefined) return [name, { fails: true }];
    return [name, value === undefined ? {} : { value }];
  });
  return { features: featuresOf(unpackRecord(packed, features)), outcomes };
}

function historyOf({ versions, windowMs }: ModelBounds) {
  return { versions, window: ttlOf(windowMs === undefined ? undefined : windowMs / 1_000) };
}

function nameOf(outcome: WriteOutcome): string {
  if (!outcome.isStale) return 'written';
  return outcome.isKept ? 'kept' : 'stale';
}

function ttlOf(seconds: number | undefined) {
  return seconds === undefined ? undefined : { Unit: 'Seconds' as const, Value: seconds };
}

function outcomeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: FeatureError) => error.code,
  );
}

/** Ahead of the clock of any server by more than a run takes. */
function aheadOfTime(): Pick<OpenFeatureStore, 'clock' | 'advance'> {
  let nowMs = Date.now() + 3_600_000;
  return {
    clock: { nowMs: () => nowMs },
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

async function reload(nodes: readonly Commander[]): Promise<void> {
  for (const node of nodes) {
    await node.call('DEBUG', 'RELOAD');
    await node.call('SCRIPT', 'FLUSH');
  }
}

async function fuzz(opened: FuzzedStore): Promise<void> {
  const seed = Number(process.env.NEARKEY_FUZZ_SEED ?? 1);
  process.stderr.write(`features fuzz: seed ${seed}, ${operations} operations\n`);
  try {
    await new FeaturesFuzz(seed, opened).run(operations);
  } finally {
    await opened.close();
  }
}

test(
  'a feature store in this process is what the model is',
  async () => {
    const { server, clock } = startInProcess();
    const { commander } = server;
    await fuzz({
      commander,
      clock,
      advance: (ms) => clock.advance(ms),
      restart: async () => {
        await commander.call('SCRIPT', 'FLUSH');
      },
      close: () => server.close(0),
    });
  },
  timeoutMs,
);

describeWith('redis-server', 'a feature store', () => {
  test(
    'over redis-server is what the model is',
    async () => {
      const server = await startRedis();
      const redis = new Redis({ port: server.port });
      const commander = commanderFrom(redis);
      await fuzz({
        commander,
        ...aheadOfTime(),
        restart: () => reload([commander]),
        close: async () => {
          redis.disconnect();
          await server.stop();
        },
      });
    },
    timeoutMs,
  );

  test(
    'over a cluster of three is what the model is',
    async () => {
      const cluster = await startRedisCluster();
      const client = cluster.connect();
      const commander = commanderFrom(client);
      await fuzz({
        commander,
        ...aheadOfTime(),
        restart: () => reload(commander.nodes?.() ?? []),
        close: async () => {
          client.disconnect();
          await cluster.stop();
        },
      });
    },
    timeoutMs,
  );
});
