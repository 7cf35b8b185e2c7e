/** The versions of the records of a group, as plainly as can be: what the store's script and reads of a moment must agree with. */

export interface ModelVersion {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly features: ReadonlyMap<string, string | string[]>;
  readonly expiresAtMs: number | undefined;
  readonly isMarker: boolean;
}

interface Kept {
  readonly versions: Map<bigint, ModelVersion>;
  /** Nothing as old as this is known. */
  floor: bigint | undefined;
}

export interface ModelBounds {
  readonly versions?: number | undefined;
  readonly windowMs?: number | undefined;
}

export class VersionsModel {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly bounds: ModelBounds) {}

  /** Ahead of every write: what is stored is known, whether or not it was written while versions were kept. */
  before(id: string, stored: ModelVersion | undefined, nowMs: number): void {
    if (stored === undefined) this.#forget(id, nowMs);
    else if (!this.#kept.get(id)?.versions.has(stored.time)) {
      if (!this.#kept.has(id)) this.#kept.set(id, { versions: new Map(), floor: stored.time });
      this.#of(id).versions.set(stored.time, copyOf(stored));
    }
  }

  written(id: string, version: ModelVersion, nowMs: number): void {
    this.#of(id).versions.set(version.time, copyOf(version));
    this.#trim(this.#of(id), nowMs);
  }

  /** @returns whether it is kept */
  late(id: string, version: ModelVersion, nowMs: number): boolean {
    const kept = this.#of(id);
    if (kept.versions.has(version.time) || (kept.floor !== undefined && version.time <= kept.floor)) return false;
    kept.versions.set(version.time, copyOf(version));
    this.#trim(kept, nowMs);
    return kept.versions.has(version.time);
  }

  removed(id: string): void {
    this.#kept.delete(id);
  }

  asOf(
    id: string,
    stored: ModelVersion | undefined,
    atNanos: bigint,
    nowMs: number,
  ): ModelVersion | 'unknown' | 'none' {
    const { windowMs } = this.bounds;
    const atMs = msOf(atNanos);
    if (windowMs !== undefined && atMs < nowMs - windowMs) return 'unknown';
    const kept = this.#kept.get(id);
    const candidates = [...(kept?.versions.values() ?? []), ...(stored === undefined ? [] : [stored])];
    const [version] = candidates.filter(({ time }) => time <= atNanos).sort((a, b) => (a.time > b.time ? -1 : 1));
    if (version === undefined) {
      return kept?.floor !== undefined || (stored !== undefined && kept === undefined) ? 'unknown' : 'none';
    }
    const isOver = version.expiresAtMs !== undefined && version.expiresAtMs <= atMs;
    return version.isMarker || isOver ? 'none' : version;
  }

  #of(id: string): Kept {
    const kept = this.#kept.get(id) ?? { versions: new Map<bigint, ModelVersion>(), floor: undefined };
    this.#kept.set(id, kept);
    return kept;
  }

  #forget(id: string, nowMs: number): void {
    const newest = inOrder(this.#kept.get(id)).at(-1);
    const { windowMs } = this.bounds;
    if (newest === undefined || windowMs === undefined) return;
    const endMs = newest.isMarker ? msOf(newest.time) : newest.expiresAtMs;
    if (endMs !== undefined && endMs + windowMs <= nowMs) this.#kept.delete(id);
  }

  #trim(kept: Kept, nowMs: number): void {
    const { versions: countMax, windowMs } = this.bounds;
    const ordered = inOrder(kept);
    const beyondCount = countMax === undefined ? 0 : ordered.length - countMax;
    const startMs = windowMs === undefined ? Number.NEGATIVE_INFINITY : nowMs - windowMs;
    const beyondWindow = ordered.filter(({ time }) => msOf(time) <= startMs).length - 1;
    for (const { time } of ordered.slice(0, Math.max(beyondCount, beyondWindow, 0))) {
      kept.versions.delete(time);
      kept.floor = time;
    }
  }
}

function inOrder(kept: Kept | undefined): ModelVersion[] {
  return [...(kept?.versions.values() ?? [])].sort((a, b) => (a.time < b.time ? -1 : 1));
}

function copyOf(version: ModelVersion): ModelVersion {
  return { ...version, features: new Map(version.features) };
}

function msOf(nanos: bigint): number {
  return Number(nanos / 1_000_000n);
}
