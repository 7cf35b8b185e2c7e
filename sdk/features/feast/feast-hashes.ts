/**
 * Reads what Feast's Redis online store has written. A Commander's replies are text, and Feast's values are bytes: a script gives them in
 * hexadecimal digits, on any server and any node of a cluster.
 */

import { CommandScript } from '../../command-script.js';
import type { Commander, CommandReply } from '../../commander.js';
import { FeatureError, storeFailure } from '../feature-error.js';
import { entityKey, featureField, type JoinKey, timestampField } from './feast-keys.js';
import type { FeastRegistry, FeastView } from './feast-registry.js';
import { feastTimestamp, feastValueJson } from './feast-value.js';

/** What a hash holds of a view, for one entity. */
export interface FeastRow {
  /** Of the features that were asked for: JSON; 'null' for no value; undefined for a kind of value that is not read. */
  readonly values: readonly (string | undefined)[];
  /** Nanoseconds since 1970. */
  readonly eventNanos: bigint;
}

const noEntity: readonly JoinKey[] = [{ name: '__dummy_id', type: 'STRING' }];

const readScript = new CommandScript(
  `
local values = redis.call('HMGET', KEYS[1], unpack(ARGV))
local function digits(byte) return string.format('%02x', string.byte(byte)) end
for at = 1, #ARGV do
  if type(values[at]) == 'string' then values[at] = (string.gsub(values[at], '.', digits)) end
end
return values
`,
  storeFailure,
);

export class FeastHashes {
  constructor(
    private readonly commander: Commander,
    readonly registry: FeastRegistry,
  ) {}

  /**
   * The rows of entities, undefined for those that nothing was written of.
   * @param version of the view as Feast numbers them; 0 for the one without a number
   * @throws FeatureError
   */
  async read(
    view: FeastView,
    version: number,
    entities: readonly Readonly<Record<string, unknown>>[],
    features: readonly string[],
  ): Promise<(FeastRow | undefined)[]> {
    const name = version > 0 ? `${view.name}_v${version}` : view.name;
    const fields = [...features.map((feature) => featureField(name, feature)), timestampField(name)];
    const joinKeys = view.joinKeys.length > 0 ? view.joinKeys : noEntity;
    const keys = entities.map((values) =>
      entityKey(joinKeys, view.joinKeys.length > 0 ? values : { __dummy_id: '' }, this.registry.project),
    );
    const replies = await Promise.all(keys.map((key) => readScript.run(this.commander, [key], fields)));
    return replies.map((reply) => rowOf(reply, features.length));
  }
}

function rowOf(reply: CommandReply, count: number): FeastRow | undefined {
  const hex = Array.isArray(reply) ? reply : [];
  const timestamp = bytesOf(hex[count]);
  const values = Array.from({ length: count }, (_, at) => bytesOf(hex[at]));
  if (timestamp === undefined && values.every((value) => value === undefined)) return undefined;
  try {
    return {
      values: values.map((value) => (value === undefined ? 'null' : feastValueJson(value))),
      eventNanos: timestamp === undefined ? 0n : feastTimestamp(timestamp),
    };
  } catch (error) {
    throw new FeatureError('InternalFailure', 'A hash holds what Feast does not write', { cause: error });
  }
}

function bytesOf(hex: CommandReply | undefined): Uint8Array | undefined {
  return typeof hex === 'string' ? Buffer.from(hex, 'hex') : undefined;
}
