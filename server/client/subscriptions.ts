/**
 * What a client has subscribed to: channels, patterns and sharded channels, by name (one character a byte), in the order it
 * asked for them. A client without any has no such object.
 */
export class Subscriptions {
  readonly channels = new Set<string>();
  readonly patterns = new Set<string>();
  readonly shardChannels = new Set<string>();

  /** What replies count: channels and patterns. */
  get count(): number {
    return this.channels.size + this.patterns.size;
  }

  get isEmpty(): boolean {
    return this.count === 0 && this.shardChannels.size === 0;
  }
}
