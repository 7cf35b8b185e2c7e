/** Lists in RDB: as nodes, each a listpack. Older versions of the format have ziplists as nodes, one ziplist, or plain elements. */
import { ByteSlice } from '../../base/byte-slice.js';
import { ListValue } from '../../types/list.js';
import { CorruptPayload, demand } from '../corrupt-payload.js';
import { ListpackWriter, readListpack } from '../packed/listpack.js';
import { readZiplist } from '../packed/ziplist.js';
import type { RdbReader } from '../rdb-reader.js';
import { RdbType } from '../rdb-types.js';
import type { ValueCodec } from '../value-codec.js';

/** About as many bytes as a node of redis-server holds by default; a longer element has a node to itself. */
const NODE_BYTES_MAX = 8192;
/** What an element costs at most beside its bytes. */
const ELEMENT_OVERHEAD_BYTES = 10;
/** What a node is: one element as it is, or a listpack. */
const PLAIN = 1;
const PACKED = 2;

export const listCodec: ValueCodec<ListValue> = {
  type: ListValue,
  reads: [RdbType.list, RdbType.listZiplist, RdbType.listQuicklist, RdbType.listQuicklist2],

  typeOf: () => RdbType.listQuicklist2,

  write(list, writer) {
    const nodes = nodesOf(list);
    writer.length(nodes.length);
    for (const node of nodes) {
      writer.length(PACKED);
      writer.string(ByteSlice.of(node));
    }
  },

  read(code, reader, into) {
    if (code === RdbType.listZiplist) fill(into, readZiplist(reader.string()));
    else for (let left = reader.count(); left > 0; left--) fill(into, readNode(code, reader));
    demand(into.size > 0, 'a list has no elements');
  },
};

function nodesOf(list: ListValue): Buffer[] {
  const nodes: Buffer[] = [];
  let node: ListpackWriter | undefined;
  let bytes = 0;
  list.forEach((element) => {
    const size = element.length + ELEMENT_OVERHEAD_BYTES;
    if (node !== undefined && bytes + size > NODE_BYTES_MAX) {
      nodes.push(node.bytes());
      node = undefined;
      bytes = 0;
    }
    node ??= new ListpackWriter();
    node.string(element);
    bytes += size;
  });
  if (node !== undefined) nodes.push(node.bytes());
  return nodes;
}

function readNode(code: number, reader: RdbReader): readonly ByteSlice[] {
  if (code === RdbType.list) return [reader.string()];
  if (code === RdbType.listQuicklist) return readZiplist(reader.string());
  const container = reader.length();
  if (container === PLAIN) return [reader.string()];
  if (container === PACKED) return readListpack(reader.string());
  throw new CorruptPayload('a node of a list is of no known kind');
}

function fill(list: ListValue, elements: readonly ByteSlice[]): void {
  for (const element of elements) list.push('tail', element);
}
