/**
 * The feature groups that the store holds. Definitions are changed by compare-and-replace, so that two processes never lose each
 * other's change; generations come from a counter that outlives the group, so that none is ever used twice.
 *
 * What was read is believed for a second: the cost of a look-up in the store on every call for a change that other processes make
 * rarely. The process that makes the change sees it at once.
 */
import type { Clock } from '../clock.js';
import type { CommandArgument, Commander, CommandReply } from '../commander.js';
import { type Access, checkAccess } from './access.js';
import { FeatureError, storeFailure } from './feature-error.js';
import { type FeatureGroup, type GroupDefinition, groupDefinition, groupFrom } from './feature-group.js';
import { groupsMax } from './limits.js';
import { generationsKey, groupField, groupPrefixes, groupsKey, historyPrefix, sweepsKey } from './record-keys.js';
import { replaceScript } from './store-script.js';

const believedMs = 1_000;
const attemptsMax = 16;

interface Known {
  readonly raw: string;
  readonly group: FeatureGroup;
  readAtMs: number;
}

export class GroupRegistry {
  readonly #commander: Commander;
  readonly #clock: Clock;
  readonly #known: Map<string, Known>;
  readonly #access: Access | undefined;

  constructor(commander: Commander, clock: Clock, known = new Map<string, Known>(), access?: Access) {
    this.#commander = commander;
    this.#clock = clock;
    this.#known = known;
    this.#access = access;
  }

  /** The groups as a caller sees them who may do so much. */
  seenBy(access: Access): GroupRegistry {
    return new GroupRegistry(this.#commander, this.#clock, this.#known, access);
  }

  /** The group of this name, whatever its case; undefined when there is none. */
  async find(name: string): Promise<FeatureGroup | undefined> {
    checkAccess(this.#access, name, undefined);
    const known = this.#known.get(groupField(name));
    const nowMs = this.#clock.nowMs();
    if (known !== undefined && Math.abs(nowMs - known.readAtMs) < believedMs) return known.group;
    return (await this.#read(name))?.group;
  }

  /** @throws FeatureError ResourceNotFound */
  async get(name: string): Promise<FeatureGroup> {
    const group = await this.find(name);
    if (group === undefined) throw notFound(name);
    return group;
  }

  /** Those that the caller has a right on. */
  async all(): Promise<FeatureGroup[]> {
    const reply = await this.#call('HGETALL', groupsKey);
    if (!Array.isArray(reply)) return [];
    const groups = reply.flatMap((raw, position) =>
      position % 2 === 1 && typeof raw === 'string' ? [groupFrom(parseDefinition(raw))] : [],
    );
    const access = this.#access;
    return access === undefined ? groups : groups.filter(({ name }) => access(name, undefined));
  }

  /** @throws FeatureError ResourceInUse, ResourceLimitExceeded */
  async create(definition: Omit<GroupDefinition, 'generation'>): Promise<FeatureGroup> {
    checkAccess(this.#access, definition.name, 'admin');
    const field = groupField(definition.name);
    if ((await this.#read(definition.name)) !== undefined) throw inUse(definition.name);
    const count = await this.#call('HLEN', groupsKey);
    if (typeof count === 'number' && count >= groupsMax) {
      throw new FeatureError('ResourceLimitExceeded', `There are ${groupsMax} feature groups, and may not be more`);
    }
    const generation = Number(await this.#call('HINCRBY', generationsKey, field, 1));
    const raw = JSON.stringify({ ...definition, generation });
    if ((await this.#call('HSETNX', groupsKey, field, raw)) !== 1) throw inUse(definition.name);
    return this.#learn(raw).group;
  }

  /**
   * Puts the definition that `edit` makes of the present one in its place. `edit` runs again when another process was faster.
   * @throws FeatureError ResourceNotFound
   */
  async change(name: string, edit: (definition: GroupDefinition) => GroupDefinition): Promise<FeatureGroup> {
    checkAccess(this.#access, name, 'admin');
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const present = await this.#read(name);
      if (present === undefined) throw notFound(name);
      const before = present.group.definition;
      const raw = JSON.stringify(edit(before));
      if (!(await this.#replace(name, present.raw, raw))) continue;
      const { group } = this.#learn(raw);
      if (before.online?.history !== undefined && group.definition.online?.history === undefined) {
        await this.#call('HSET', sweepsKey, historyPrefix(before), before.name);
      }
      return group;
    }
    throw new FeatureError('InternalFailure', `Others keep changing the feature group ${name}`);
  }

  /**
   * Takes the group away, and notes its records for removal.
   * @returns the group that was
   * @throws FeatureError ResourceNotFound
   */
  async remove(name: string): Promise<FeatureGroup> {
    checkAccess(this.#access, name, 'admin');
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const present = await this.#read(name);
      if (present === undefined) throw notFound(name);
      const { name: ownName, definition } = present.group;
      for (const prefix of groupPrefixes(definition)) await this.#call('HSET', sweepsKey, prefix, ownName);
      if (await this.#replace(name, present.raw, '')) {
        this.#known.delete(groupField(name));
        return present.group;
      }
    }
    throw new FeatureError('InternalFailure', `Others keep changing the feature group ${name}`);
  }

  async #replace(name: string, from: string, to: string): Promise<boolean> {
    return (await replaceScript.run(this.#commander, [groupsKey], [groupField(name), from, to])) === 1;
  }

  async #read(name: string): Promise<Known | undefined> {
    const field = groupField(name);
    const raw = await this.#call('HGET', groupsKey, field);
    const known = this.#known.get(field);
    if (typeof raw !== 'string') {
      this.#known.delete(field);
      return undefined;
    }
    if (known?.raw !== raw) return this.#learn(raw);
    known.readAtMs = this.#clock.nowMs();
    return known;
  }

  #learn(raw: string): Known {
    const group = groupFrom(parseDefinition(raw));
    const known = { raw, group, readAtMs: this.#clock.nowMs() };
    this.#known.set(groupField(group.name), known);
    return known;
  }

  async #call(command: string, ...args: CommandArgument[]): Promise<CommandReply> {
    try {
      return await this.#commander.call(command, ...args);
    } catch (error) {
      throw storeFailure(error, command);
    }
  }
}

function parseDefinition(raw: string): GroupDefinition {
  return groupDefinition.parse(JSON.parse(raw));
}

function notFound(name: string): FeatureError {
  return new FeatureError('ResourceNotFound', `Resource Not Found: there is no feature group with the name ${name}`);
}

function inUse(name: string): FeatureError {
  return new FeatureError('ResourceInUse', `Resource Already Exists: there is a feature group with the name ${name}`);
}
