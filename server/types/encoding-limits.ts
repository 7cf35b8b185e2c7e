/** Up to which size values keep their compact encodings; OBJECT ENCODING shows it. Each is a setting of its name. */

export interface EncodingLimits {
  /** Most fields of a listpack hash (`hash-max-listpack-entries`). */
  readonly hashListpackEntriesMax: number;
  /** Longest field or value of a listpack hash in bytes (`hash-max-listpack-value`). */
  readonly hashListpackValueBytesMax: number;
  /** Size of a quicklist node: elements if positive, -1 to -5 for 4 to 64 KiB (`list-max-listpack-size`). */
  readonly listListpackSize: number;
  /** Nodes at each end of a list that would stay uncompressed (`list-compress-depth`). */
  readonly listCompressDepth: number;
  /** Most members of a set of integers kept as intset (`set-max-intset-entries`). */
  readonly setIntsetEntriesMax: number;
  /** Most members of a listpack sorted set (`zset-max-listpack-entries`). */
  readonly zsetListpackEntriesMax: number;
  /** Longest member of a listpack sorted set in bytes (`zset-max-listpack-value`). */
  readonly zsetListpackValueBytesMax: number;
  /** Most bytes of a stream's node; 0 for no limit (`stream-node-max-bytes`). */
  readonly streamNodeBytesMax: number;
  /** Most entries of a stream's node; 0 for no limit (`stream-node-max-entries`). */
  readonly streamNodeEntriesMax: number;
  /** Largest sparse HyperLogLog in bytes (`hll-sparse-max-bytes`). */
  readonly hllSparseBytesMax: number;
}
