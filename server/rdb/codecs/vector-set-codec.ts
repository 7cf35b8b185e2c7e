/**
 * Vector sets in RDB, in a form of our own under Redis's name of the type, and a version that Redis does not know: elements,
 * attributes and vectors, without the graph, which is made again.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import { type Quantisation, VectorSetValue } from '../../types/vector-set.js';
import { demand } from '../corrupt-payload.js';
import { type ModuleType, readModuleString, writeModuleString } from '../module-type.js';
import { RdbReader } from '../rdb-reader.js';
import { RdbType } from '../rdb-types.js';
import { RdbWriter } from '../rdb-writer.js';
import type { ValueCodec } from '../value-codec.js';

const VECTOR_SET: ModuleType = { name: 'vectorset', version: 1023 };
const QUANTISATIONS: readonly Quantisation[] = ['f32', 'int8', 'bin'];
const DIM_MAX = 32_768;
const INPUT_DIM_MAX = 65_536;
const M_MAX = 4096;

export const vectorSetCodec: ValueCodec<VectorSetValue> = {
  type: VectorSetValue,
  reads: [RdbType.module2],
  module: VECTOR_SET,

  typeOf: () => RdbType.module2,

  write(set, writer) {
    const own = new RdbWriter();
    const { dim, quantisation, m, inputDim } = set.shape;
    for (const number of [dim, QUANTISATIONS.indexOf(quantisation), m, inputDim, set.size]) own.length(number);
    set.forEach((element, attributes, vector) => {
      own.length(element.length);
      own.raw(element.view());
      own.length(attributes?.length ?? 0);
      if (attributes !== undefined) own.raw(attributes.view());
      own.raw(new Uint8Array(vector.buffer));
    });
    writeModuleString(writer, VECTOR_SET, ByteSlice.of(own.bytes()));
  },

  read(_code, reader, into) {
    const own = new RdbReader(readModuleString(reader));
    const dim = own.length();
    const quantisation = QUANTISATIONS[own.length()];
    const m = own.length();
    const inputDim = own.length();
    demand(dim >= 1 && dim <= DIM_MAX && inputDim <= INPUT_DIM_MAX, 'a dimension is out of range');
    demand(quantisation !== undefined && m >= 2 && m <= M_MAX, 'a vector set has no shape');
    into.define({ dim, quantisation, m, inputDim });
    const count = own.count(dim * 4);
    demand(count > 0, 'a vector set has no elements');
    for (let left = count; left > 0; left--) readElement(own, dim, into);
    demand(own.remaining === 0, 'there is more than the elements');
  },
};

function readElement(own: RdbReader, dim: number, into: VectorSetValue): void {
  const element = own.bytes(own.length());
  const attributes = own.bytes(own.length());
  const vector = new Float32Array(new Uint8Array(own.bytes(dim * 4).view()).buffer);
  demand(vector.every(Number.isFinite), 'a vector is not finite');
  const isNew = into.add(element, vector, attributes.length === 0 ? undefined : attributes);
  demand(isNew, 'an element comes twice');
}
